internal import CodecEngines
internal import Synchronization

/// A request's slot at an upstream; its end frees the slot. Whoever holds it says how the request went.
final class UpstreamTicket: Sendable {
    let upstream: Upstream
    private let start: ContinuousClock.Instant
    private let isSettled = Mutex(false)

    init(_ upstream: Upstream) {
        self.upstream = upstream
        start = upstream.clock.now()
    }

    deinit {
        // Nobody said how it went: the client left.
        settle(.unknown)
        upstream.release()
    }

    /// The first chunk is there.
    func begun() {
        upstream.noteLatency(upstream.clock.now() - start)
        upstream.note(.works)
    }

    func finished() { settle(.works) }

    func failed(_ error: EngineError) {
        let outcome: UpstreamState.Outcome = Task.isCancelled ? .unknown : UpstreamState.Outcome(error)
        settle(outcome, error: outcome == .works ? nil : error.message)
    }

    private func settle(_ outcome: UpstreamState.Outcome, error: String? = nil) {
        let isFirst = isSettled.withLock { isSettled in
            defer { isSettled = true }
            return !isSettled
        }
        if isFirst { upstream.note(outcome, error: error) }
    }
}
