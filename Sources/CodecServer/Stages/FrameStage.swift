internal import CodecCore
internal import CodecEngines
internal import Synchronization

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
    /// The ids that the engine has made so far, whatever the stages do with them: what is accounted for.
    let produced = IDCount()

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(frames: stream.makeAsyncIterator(), stages: stages, produced: produced)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var frames: TokenStream.AsyncIterator
        fileprivate var stages: [any FrameStage]
        fileprivate let produced: IDCount
        private var ready: [TokenFrame] = []

        fileprivate init(
            frames: TokenStream.AsyncIterator, stages: [any FrameStage], produced: IDCount
        ) {
            self.frames = frames
            self.stages = stages
            self.produced = produced
        }

        mutating func next() async throws(EngineError) -> TokenFrame? {
            try await next(isolation: nil)
        }

        mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(EngineError) -> TokenFrame? {
            while ready.isEmpty {
                guard let frame = try await frames.next(isolation: actor) else { return nil }
                produced.add(frame.ids.count)
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

/// A number of ids that one task counts and another reads.
final class IDCount: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ ids: Int) { count.add(ids, ordering: .relaxed) }
}
