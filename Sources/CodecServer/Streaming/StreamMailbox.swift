internal import CodecAPI
internal import CodecEngines
internal import Synchronization

/// What stands between an engine's stream and the body's writer: the packer behind a lock, and three signals.
///
/// One task fills it, one takes from it, one tells it the time. When the writer stands still so does the
/// filler, and through the engine's own channel the engine, for this stream only.
final class StreamMailbox<P: Packer>: Sendable {
    /// What the writer has to do next.
    enum Delivery: Sendable {
        case items([P.Item])
        /// Nothing was sent for a while: show that the stream is alive.
        case keepAlive
        /// The engine failed; no last item comes.
        case failed(EngineError)
    }

    private struct State {
        var packer: P
        var failure: EngineError?
        var cut: StreamCut?
        var fillerWaits = false
        var wasTaken = false
        var pingDue = false
    }

    private enum Next {
        case deliver(Delivery, fillerWaits: Bool)
        case cut(StreamCut)
        case wait
    }

    private let state: Mutex<State>
    private let wake = Signal<Void>()
    private let room = Signal<Void>()
    private let deadlines = Signal<ContinuousClock.Instant>()

    init(policy: FlushPolicy) {
        state = Mutex(State(packer: P(policy)))
    }

    // MARK: - Filling

    /// Moves a stream's items in until it ends, fails, or the task is cancelled. Leaving drops the stream.
    func fill<S: AsyncSequence<P.Item, EngineError>>(from stream: S) async {
        var iterator = stream.makeAsyncIterator()
        do {
            while let item = try await iterator.next(isolation: nil) {
                let (isFull, hasEnded) = deliver(item, at: .now)
                if hasEnded { return }
                if isFull { await room.next() }
                if Task.isCancelled { return }
            }
            guard !Task.isCancelled else { return }
            fail(EngineError(.generationFailed, "The engine's stream ended without its end."))
        } catch {
            fail(error)
        }
    }

    private func deliver(
        _ item: P.Item, at now: ContinuousClock.Instant
    ) -> (isFull: Bool, hasEnded: Bool) {
        let (action, isFull, hasEnded) = state.withLock { state in
            let action = state.packer.add(item, at: now)
            state.fillerWaits = state.packer.isFull
            return (action, state.fillerWaits, state.packer.hasEnded)
        }
        switch action {
        case .flush: wake.send(())
        case .waitUntil(let deadline): deadlines.send(deadline)
        case .wait: break
        }
        return (isFull, hasEnded)
    }

    /// The engine failed before, or in place of, its stream.
    func fail(_ error: EngineError) {
        state.withLock { state in
            state.failure = state.failure ?? error
            // What the engine made before it failed goes out before the failure does.
            state.packer.expedite()
        }
        wake.send(())
    }

    // MARK: - Time

    /// Ticks whenever ids have waited long enough, until the task is cancelled.
    func keepTime() async {
        while var deadline = await deadlines.next() {
            while true {
                guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
                let action = state.withLock { $0.packer.tick(at: .now) }
                if action == .flush { wake.send(()) }
                guard case .waitUntil(let later) = action else { break }
                deadline = later
            }
        }
    }

    /// Asks for a sign of life if nothing was taken since the last time.
    func keepAlive() {
        let isQuiet = state.withLock { state in
            defer { state.wasTaken = false }
            state.pingDue = !state.wasTaken
            return state.pingDue
        }
        if isQuiet { wake.send(()) }
    }

    // MARK: - Taking

    /// Ends the stream from outside.
    func cut(_ reason: StreamCut) {
        state.withLock { state in
            state.cut = state.cut ?? reason
            // A client that is still there gets what was made for it.
            if reason == .serverStopping { state.packer.expedite() }
        }
        wake.send(())
    }

    /// What is to be written next; suspends while there is nothing.
    /// - Throws: the reason of a cut; `.cancelled` when the task is cancelled.
    func next() async throws(StreamCut) -> Delivery {
        while true {
            switch state.withLock({ Self.step(&$0) }) {
            case .deliver(let delivery, let fillerWaits):
                if fillerWaits { room.send(()) }
                return delivery
            case .cut(let reason): throw reason
            case .wait:
                if await wake.next() == nil { throw .cancelled }
            }
        }
    }

    private static func step(_ state: inout State) -> Next {
        if let cut = state.cut, cut != .serverStopping || !state.packer.isDue { return .cut(cut) }
        let items = state.packer.take()
        if !items.isEmpty {
            let fillerWaits = state.fillerWaits
            state.fillerWaits = false
            state.wasTaken = true
            return .deliver(.items(items), fillerWaits: fillerWaits)
        }
        if let failure = state.failure { return .deliver(.failed(failure), fillerWaits: false) }
        guard state.pingDue else { return .wait }
        state.pingDue = false
        return .deliver(.keepAlive, fillerWaits: false)
    }
}

/// Why a stream ended before its terminal frame was written.
enum StreamCut: Error, Sendable, Equatable {
    /// The client closed its connection, or took nothing for too long.
    case clientGone
    /// The server stops and the time for running streams is over.
    case serverStopping
    /// The task was cancelled.
    case cancelled
    /// The engine failed; the client was told.
    case engineFailed
}
