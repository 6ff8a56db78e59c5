internal import CodecCompression
internal import CodecEngines
internal import CodecMaps
internal import Synchronization

/// One upstream at work: its engine, and its state behind a lock. Lives on through reloads that do not change it.
package final class Upstream: Sendable {
    package let configuration: GatewayConfiguration.Upstream
    package let engines: UpstreamEngines
    let catalog: UpstreamCatalog
    let clock: RoutingClock

    private enum Waiter {
        /// In the queue; nobody waits for it yet.
        case queued
        case suspended(CheckedContinuation<Bool, Never>)
        /// The slot is there, or will never be.
        case decided(Bool)
    }

    private struct State {
        var upstream = UpstreamState()
        var rules: GatewayConfiguration.Routing
        var waiters: [Int: Waiter] = [:]
        var monitor: Task<Void, Never>?
        var isRetired = false
        /// By the model's names and its map's hash.
        var tokenEngines: [TokenEngineKey: any TokenEngine] = [:]
    }

    private struct TokenEngineKey: Hashable {
        var name: String
        var model: String?
        var map: ContentHash
    }

    /// Clients may name what they like: no more engines than these are kept.
    private static let mostTokenEngines = 256

    private let state: Mutex<State>

    package init(
        _ configuration: GatewayConfiguration.Upstream, engines: UpstreamEngines,
        rules: GatewayConfiguration.Routing, clock: RoutingClock
    ) {
        self.configuration = configuration
        self.engines = engines
        self.clock = clock
        catalog = UpstreamCatalog(of: configuration.name, clock: clock, list: engines.list)
        state = Mutex(State(rules: rules))
    }

    deinit { state.withLock { $0.monitor }?.cancel() }

    package var name: String { configuration.name }

    /// How it does now.
    package var snapshot: UpstreamState { state.withLock { $0.upstream } }

    package var availability: UpstreamState.Availability { snapshot.availability(at: clock.now()) }

    /// What a choice is made by, in one look.
    func candidate(weight: Int?, priority: Int?) -> UpstreamChoice.Candidate {
        let upstream = snapshot
        return UpstreamChoice.Candidate(
            name: name, weight: weight ?? configuration.weight, priority: priority ?? configuration.priority,
            running: upstream.running, hasRoom: upstream.hasRoom(configuration.limits),
            canQueue: upstream.canQueue(configuration.limits),
            availability: upstream.availability(at: clock.now()))
    }

    /// The engine that gives a model's ids, one for all that ask.
    /// - Parameters:
    ///   - name: that clients use.
    ///   - model: the upstream's own; nil = the same.
    func tokens(_ name: String, _ model: String?, _ map: TokenizerMap) -> (any TokenEngine)? {
        let key = TokenEngineKey(name: name, model: model, map: map.hash)
        if let engine = state.withLock({ $0.tokenEngines[key] }) { return engine }
        guard let engine = engines.tokens(name, model, map) else { return nil }
        return state.withLock { state in
            if let first = state.tokenEngines[key] { return first }
            if state.tokenEngines.count < Self.mostTokenEngines { state.tokenEngines[key] = engine }
            return engine
        }
    }

    func follow(_ rules: GatewayConfiguration.Routing) { state.withLock { $0.rules = rules } }

    // MARK: Slots

    /// Waits for a slot.
    /// - Throws: `overloaded` when the queue is full or the wait takes too long.
    func admit() async throws(EngineError) -> UpstreamTicket {
        let admission = state.withLock { state in
            let admission = state.upstream.admit(configuration.limits, at: clock.now())
            if case .waiting(let key) = admission { state.waiters[key] = .queued }
            return admission
        }
        switch admission {
        case .running: return UpstreamTicket(self)
        case .refused: throw busy("Too many requests wait for the upstream \(name).")
        case .waiting(let key):
            guard await wait(key) else { throw busy("The upstream \(name) had no place in time.") }
            return UpstreamTicket(self)
        }
    }

    private func busy(_ message: String) -> EngineError {
        var error = EngineError(.overloaded, message, retryAfter: 1)
        error.upstream = name
        return error
    }

    private func wait(_ key: Int) async -> Bool {
        let limit = Task { [clock, configuration, weak self] in
            try? await clock.sleep(configuration.limits.wait)
            self?.giveUp(key)
        }
        defer { limit.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let decided = state.withLock { state -> Bool? in
                    if case .decided(let answer) = state.waiters[key] {
                        state.waiters[key] = nil
                        return answer
                    }
                    state.waiters[key] = .suspended(continuation)
                    return nil
                }
                if let decided { continuation.resume(returning: decided) }
            }
        } onCancel: {
            giveUp(key)
        }
    }

    private func giveUp(_ key: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.upstream.leaveQueue(key) else { return nil }
            return Self.decide(key, false, &state)
        }
        waiter?.resume(returning: false)
    }

    func release() {
        let (waiter, isDone) = state.withLock { state in
            let next = state.upstream.release(configuration.limits, at: clock.now())
            return (
                next.flatMap { Self.decide($0, true, &state) }, state.isRetired && state.upstream.running == 0
            )
        }
        waiter?.resume(returning: true)
        if isDone { Task { [engines] in await engines.shutdown() } }
    }

    private static func decide(
        _ key: Int, _ answer: Bool, _ state: inout State
    ) -> CheckedContinuation<Bool, Never>? {
        if case .suspended(let continuation) = state.waiters[key] {
            state.waiters[key] = nil
            return continuation
        }
        state.waiters[key] = .decided(answer)
        return nil
    }

    // MARK: What requests and checks find out

    func note(_ outcome: UpstreamState.Outcome, error: String? = nil) {
        state.withLock { $0.upstream.note(outcome, error: error, rules: $0.rules, at: clock.now()) }
    }

    func noteLatency(_ duration: Duration) { state.withLock { $0.upstream.noteLatency(duration) } }

    func noteHealth(_ error: String?) {
        let isDecisive = configuration.health != nil
        state.withLock { $0.upstream.noteHealth(error, isDecisive: isDecisive, at: clock.now()) }
    }

    // MARK: Its life

    /// Begins to look after it; ends with `retire`, or with the upstream.
    func startMonitor() {
        let monitor = Task { [weak self] in
            while !Task.isCancelled {
                guard let step = self.map({ HealthCheck(of: $0) }) else { return }
                await step.run()
                do { try await step.clock.sleep(step.interval) } catch { return }
            }
        }
        state.withLock { $0.monitor = monitor }
    }

    /// Takes no more requests; its engine is shut down when the last one that runs has ended.
    func retire() {
        let (monitor, isDone) = state.withLock { state in
            state.isRetired = true
            return (state.monitor, state.upstream.running == 0)
        }
        monitor?.cancel()
        if isDone { Task { [engines] in await engines.shutdown() } }
    }

    /// Ends what runs.
    func shutdown() async {
        state.withLock { $0.monitor }?.cancel()
        await engines.shutdown()
    }
}
