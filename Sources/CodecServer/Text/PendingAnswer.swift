internal import CodecAPI
internal import CodecEngines
internal import NIOCore
internal import Synchronization

/// An answer that was asked for: the model may take its time to say the first word.
final class PendingAnswer: Sendable {
    private let task: Task<ModelStream, any Error>
    /// Sent when the task has ended, and when a time limit is over.
    private let news: Signal<Void>
    private let isReady: IsReady
    private let presence: ClientPresence
    private let key: Int

    private final class IsReady: Sendable {
        let flag = Atomic(false)
    }

    /// Asks the engine; a client that leaves ends that.
    init(_ request: ModelRequest, from engine: any ModelEngine, presence: ClientPresence) {
        let news = Signal<Void>()
        let isReady = IsReady()
        let task = Task<ModelStream, any Error>(executorPreference: LoopExecutor.current) {
            defer {
                isReady.flag.store(true, ordering: .releasing)
                news.send(())
            }
            return try await engine.respond(to: request)
        }
        self.task = task
        self.news = news
        self.isReady = isReady
        self.presence = presence
        key = presence.addObserver { _ in task.cancel() }
    }

    deinit {
        task.cancel()
        presence.removeObserver(key)
    }

    /// The stream, once the model has begun.
    /// - Throws: `EngineError`; a `StreamCut` when the client left before.
    func stream() async throws -> ModelStream {
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: { [task] in
                task.cancel()
            }
        } catch {
            try presence.check()
            throw error
        }
    }

    /// The stream, or nil when the model has not begun after a time.
    /// - Throws: as `stream()` does.
    func stream(within limit: Duration) async throws -> ModelStream? {
        let timer = LoopExecutor.currentLoop.scheduleTask(in: TimeAmount(limit)) { [news] in news.send(()) }
        defer { timer.cancel() }
        await news.next()
        return isReady.flag.load(ordering: .acquiring) ? try await stream() : nil
    }
}
