package import CodecEngines

/// How one upstream does: who runs there, who waits, and whether it is to be asked at all. A state machine without
/// clock, locks or tasks.
package struct UpstreamState: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// Whether the upstream may be asked now.
    package enum Availability: Sendable, Equatable {
        case open
        /// It was out; the next request shows whether it is back.
        case halfOpen
        /// It is out until then, or another request is just trying it.
        case out(until: Instant)
        /// Its health check fails.
        case unhealthy
    }

    package enum Admission: Sendable, Equatable {
        case running
        /// A place in the queue; `next` gives it a slot.
        case waiting(Int)
        case refused
    }

    /// What a try has shown about the upstream.
    package enum Outcome: Sendable, Equatable {
        /// It answers, even if only that the request is wrong.
        case works
        /// It wants to be left alone for a while.
        case rests(Duration)
        case failed
        /// Nothing: the client left.
        case unknown

        /// What an engine's error says about the upstream that threw it.
        package init(_ error: EngineError) {
            switch error.code {
            case .upstreamUnreachable, .upstreamFailed, .upstreamTimeout, .upstreamUnauthorized,
                .generationFailed, .modelUnavailable, .shuttingDown:
                self = .failed
            case .rateLimited, .overloaded: self = .rests(.seconds(max(1, min(error.retryAfter ?? 1, 3600))))
            case .quotaExceeded: self = .rests(.seconds(3600))
            default: self = .works
            }
        }
    }

    private(set) package var running = 0
    private(set) package var requests = 0
    private(set) package var failures = 0
    /// Seconds to the first chunk, the latest counting a fifth; nil before the first answer.
    private(set) package var latency: Double?
    private(set) package var lastError: String?
    private(set) package var ejectedUntil: Instant?
    /// nil while nothing is known: neither an answer nor a health check has come.
    private(set) package var isWorking: Bool?
    private var failuresInRow = 0
    private var ejections = 0
    private var isBeingTried = false
    private var queue: [Int] = []
    private var nextKey = 0
    private var failsHealthCheck = false

    package init() {}

    package var waiting: Int { queue.count }

    package func availability(at now: Instant) -> Availability {
        if failsHealthCheck { return .unhealthy }
        guard let ejectedUntil else { return .open }
        return now < ejectedUntil || isBeingTried ? .out(until: ejectedUntil) : .halfOpen
    }

    package func hasRoom(_ limits: GatewayConfiguration.Upstream.Limits) -> Bool {
        limits.requests.map { running < $0 } ?? true
    }

    package func canQueue(_ limits: GatewayConfiguration.Upstream.Limits) -> Bool {
        hasRoom(limits) || queue.count < limits.waiting
    }

    /// A request comes.
    package mutating func admit(_ limits: GatewayConfiguration.Upstream.Limits, at now: Instant) -> Admission
    {
        guard hasRoom(limits), queue.isEmpty else {
            guard queue.count < limits.waiting else { return .refused }
            nextKey += 1
            queue.append(nextKey)
            return .waiting(nextKey)
        }
        start(at: now)
        return .running
    }

    /// A request leaves; what it was has been told by `note`.
    /// - Returns: who of those that wait has its slot now.
    package mutating func release(_ limits: GatewayConfiguration.Upstream.Limits, at now: Instant) -> Int? {
        running = max(0, running - 1)
        guard !queue.isEmpty, hasRoom(limits) else { return nil }
        start(at: now)
        return queue.removeFirst()
    }

    /// A request waits no longer.
    /// - Returns: whether it waited; else it has its slot.
    package mutating func leaveQueue(_ key: Int) -> Bool {
        guard let index = queue.firstIndex(of: key) else { return false }
        queue.remove(at: index)
        return true
    }

    private mutating func start(at now: Instant) {
        running += 1
        requests += 1
        if availability(at: now) == .halfOpen { isBeingTried = true }
    }

    /// The first chunk came after so long.
    package mutating func noteLatency(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        latency = latency.map { $0 + 0.2 * (seconds - $0) } ?? seconds
    }

    package mutating func note(
        _ outcome: Outcome, error: String? = nil, rules: GatewayConfiguration.Routing, at now: Instant
    ) {
        if let error { lastError = error }
        switch outcome {
        case .works:
            failuresInRow = 0
            ejections = 0
            ejectedUntil = nil
            isBeingTried = false
            isWorking = true
        case .unknown: isBeingTried = false
        case .rests(let duration):
            isBeingTried = false
            eject(until: now + min(duration, rules.ejectAtMost))
        case .failed:
            failures += 1
            failuresInRow += 1
            let wasTry = isBeingTried
            isBeingTried = false
            guard wasTry || failuresInRow >= rules.ejectAfter else { return }
            isWorking = false
            let factor = 1 << min(ejections, 20)
            ejections += 1
            eject(until: now + min(rules.ejectFor * factor, rules.ejectAtMost))
        }
    }

    /// What a health check found; nil = all is well.
    /// - Parameter isDecisive: whether the upstream is not to be asked while the check fails.
    package mutating func noteHealth(_ error: String?, isDecisive: Bool, at now: Instant) {
        if isDecisive { failsHealthCheck = error != nil }
        isWorking = error == nil
        if let error {
            lastError = error
        } else {
            // It may be asked at once; the next failure takes it out again.
            ejectedUntil = ejectedUntil.map { min($0, now) }
        }
    }

    /// A later end stays.
    private mutating func eject(until instant: Instant) {
        ejectedUntil = max(ejectedUntil ?? instant, instant)
    }
}
