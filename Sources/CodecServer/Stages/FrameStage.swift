internal import CodecCore
internal import CodecEngines

/// What is done to an engine's frames on their way to the answer.
protocol FrameStage: Sendable {
    /// The frames that one becomes. Only the terminal frame becomes terminal, and it becomes at least itself.
    mutating func process(_ frame: TokenFrame) throws(EngineError) -> [TokenFrame]
}

/// An engine's stream with its stages applied, one after another.
struct StagedFrames: AsyncSequence, Sendable {
    typealias Element = TokenFrame
    typealias Failure = EngineError

    let stream: TokenStream
    let stages: [any FrameStage]

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(frames: stream.makeAsyncIterator(), stages: stages)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var frames: TokenStream.AsyncIterator
        fileprivate var stages: [any FrameStage]
        private var ready: [TokenFrame] = []

        fileprivate init(frames: TokenStream.AsyncIterator, stages: [any FrameStage]) {
            self.frames = frames
            self.stages = stages
        }

        mutating func next() async throws(EngineError) -> TokenFrame? {
            try await next(isolation: nil)
        }

        mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(EngineError) -> TokenFrame? {
            while ready.isEmpty {
                guard let frame = try await frames.next(isolation: actor) else { return nil }
                ready = [frame]
                for index in stages.indices {
                    var processed: [TokenFrame] = []
                    for frame in ready { processed += try stages[index].process(frame) }
                    ready = processed
                }
            }
            return ready.removeFirst()
        }
    }
}
