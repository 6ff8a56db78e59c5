internal import CodecAPI
internal import CodecEngines
internal import CodecGateway
internal import Synchronization

/// A response that is made without a client that waits for it.
final class BackgroundResponse: Sendable {
    private struct State {
        var writer: ResponsesAnswerWriter
        var log = EventLog()
        var progress = AnswerProgress()
        var degradations: [String] = []
        var isOver = false
        var task: Task<Void, Never>?
        /// Told of every event and of the end.
        var readers: [Int: Signal<Void>] = [:]
        var nextReader = 0
    }

    /// Bytes of events that one response may have.
    private static let maximumBytes = 64 << 20

    let record: ResponseRecord
    /// Which upstream answers.
    let route = RouteTrace()
    private let state: Mutex<State>

    init(record: ResponseRecord, style: ResponsesStyle) {
        self.record = record
        var writer = ResponsesAnswerWriter(head: record.head, style: style)
        var bytes: [UInt8] = []
        writer.begin(into: &bytes)
        state = Mutex(State(writer: writer, log: EventLog(bytes)))
    }

    /// The response object as it is now.
    var document: [UInt8] { state.withLock { $0.writer.answer.document() } }

    /// What it took until now.
    var progress: AnswerProgress { state.withLock { $0.progress } }

    /// What the upstream could not be told as the client said it.
    var degradations: [String] { state.withLock { $0.degradations } }

    /// As it is to be kept.
    var stored: StoredResponse {
        let (answer, events, degradations) = state.withLock {
            ($0.writer.answer, $0.log.bytes, $0.degradations)
        }
        return record.stored(answer, events: events, degradations: degradations)
    }

    // MARK: - Making it

    /// Begins; `whenOver` is called once, when all is said.
    func start(
        _ request: ModelRequest, from engine: any ModelEngine, keepAliveInterval: Duration,
        whenOver: @escaping @Sendable (BackgroundResponse) async -> Void
    ) {
        let task = Task { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.keepAlive(every: keepAliveInterval) }
                await RouteTrace.$current.withValue(route) { await run(request, on: engine) }
                group.cancelAll()
            }
            await whenOver(self)
        }
        state.withLock { $0.task = task }
    }

    private func run(_ request: ModelRequest, on engine: any ModelEngine) async {
        do {
            let stream = try await engine.respond(to: request)
            state.withLock { $0.degradations = stream.degradations }
            for try await chunk in stream {
                update {
                    $0.writer.append(chunk, into: &$1)
                    $0.progress.note(chunk)
                }
                guard state.withLock({ $0.log.bytes.count }) <= Self.maximumBytes else {
                    throw EngineError(.generationFailed, "The response is larger than the server keeps.")
                }
            }
            // A stream that ends without its end was cancelled.
            update { $0.writer.cancel(into: &$1) }
        } catch {
            let failure = (error as? EngineError).map { APIError($0) } ?? .internalError
            update { state, bytes in
                if Task.isCancelled {
                    state.writer.cancel(into: &bytes)
                } else {
                    state.writer.fail(failure, into: &bytes)
                }
            }
        }
        finish()
    }

    /// Shows that it goes on where nothing else has for an interval: each sign holds all that was said, and is kept.
    private func keepAlive(every interval: Duration) async {
        var known = state.withLock { $0.log.count }
        while (try? await Task.sleep(for: interval, clock: .continuous)) != nil {
            let count = state.withLock { $0.log.count }
            if count == known { update { $0.writer.keepAlive(into: &$1) } }
            known = state.withLock { $0.log.count }
        }
    }

    private func update(_ change: (inout State, inout [UInt8]) -> Void) {
        let readers = state.withLock { state in
            var bytes: [UInt8] = []
            change(&state, &bytes)
            state.log.append(bytes)
            return Array(state.readers.values)
        }
        for reader in readers { reader.send(()) }
    }

    private func finish() {
        let readers = state.withLock { state in
            state.isOver = true
            return Array(state.readers.values)
        }
        for reader in readers { reader.send(()) }
    }

    /// Calls it off, and waits until that is done.
    func cancel() async {
        let task = state.withLock { $0.task }
        task?.cancel()
        await task?.value
    }

    // MARK: - Reading it

    /// Hands over the events from a number on, as they come, to the last one.
    func read(from number: Int, _ take: ([UInt8]) async throws -> Void) async throws {
        let news = Signal<Void>()
        let key = state.withLock { state in
            state.nextReader += 1
            state.readers[state.nextReader] = news
            return state.nextReader
        }
        defer { state.withLock { $0.readers[key] = nil } }
        var number = number
        while true {
            let (events, next, isOver) = state.withLock { state in
                (state.log.from(number), max(number, state.log.count), state.isOver)
            }
            if !events.isEmpty { try await take(events) }
            number = next
            if isOver { return }
            if await news.next() == nil { throw CancellationError() }
        }
    }
}
