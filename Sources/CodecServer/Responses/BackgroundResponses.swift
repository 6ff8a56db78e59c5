internal import CodecAPI
internal import CodecEngines
internal import HTTPTypes
internal import Logging
internal import Synchronization

/// The responses that are being made in the background.
final class BackgroundResponses: Sendable {
    private struct State {
        var running: [String: BackgroundResponse] = [:]
        var isClosed = false
    }

    private let store: ResponseStore
    private let limit: Int
    private let keepAliveInterval: Duration
    private let clock: @Sendable () -> Int
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter limit: how many may run at once.
    init(
        store: ResponseStore, limit: Int = 64, keepAliveInterval: Duration,
        clock: @escaping @Sendable () -> Int,
        logger: Logger
    ) {
        self.store = store
        self.limit = limit
        self.keepAliveInterval = keepAliveInterval
        self.clock = clock
        self.logger = logger
    }

    subscript(id: String) -> BackgroundResponse? { state.withLock { $0.running[id] } }

    /// Begins a response; it is kept in the store once it is over, and `whenOver` is told.
    /// - Throws: 429 when too many run, 503 when the server stops.
    func start(
        _ response: BackgroundResponse, _ request: ModelRequest, from engine: any ModelEngine,
        whenOver: @escaping @Sendable (BackgroundResponse) -> Void
    ) throws(APIError) {
        let id = response.record.head.id
        let refusal: EngineError? = state.withLock { state in
            if state.isClosed { return EngineError(.shuttingDown, "The server is stopping.") }
            if state.running.count >= limit {
                return EngineError(
                    .overloaded, "\(limit) responses are made in the background already.", retryAfter: 5)
            }
            state.running[id] = response
            // Begun before anybody finds it: what has not begun cannot be called off.
            response.start(request, from: engine, keepAliveInterval: keepAliveInterval) {
                [store, clock, logger, weak self] in
                whenOver($0)
                await store.keep($0.stored, now: clock(), logger: logger)
                _ = self?.state.withLock { $0.running.removeValue(forKey: id) }
            }
            return nil
        }
        if let refusal { throw APIError(refusal) }
    }

    /// Calls all off, and keeps what they have.
    func shutdown() async {
        let running = state.withLock { state in
            state.isClosed = true
            return Array(state.running.values)
        }
        for response in running { await response.cancel() }
    }
}
