package import CodecCore
internal import Synchronization

/// What is done to an engine's frames on their way to the answer.
package protocol FrameStage: Sendable {
    /// The frames that one becomes. Only the terminal frame becomes terminal, and it becomes at least itself.
    mutating func process(_ frame: TokenFrame) throws(EngineError) -> [TokenFrame]
}

/// An engine's stream with its stages applied, one after another.
package struct StagedFrames: AsyncSequence, Sendable {
    package typealias Element = TokenFrame
    package typealias Failure = EngineError

    private let stream: TokenStream
    private let stages: [any FrameStage]
    /// The ids that the engine has made so far, whatever the stages do with them: what is accounted for.
    package let produced = IDCount()

    package init(_ stream: TokenStream, stages: [any FrameStage]) {
        self.stream = stream
        self.stages = stages
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(frames: stream.makeAsyncIterator(), stages: stages, produced: produced)
    }

    package struct AsyncIterator: AsyncIteratorProtocol, Sendable {
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

        package mutating func next() async throws(EngineError) -> TokenFrame? {
            try await next(isolation: nil)
        }

        package mutating func next(
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
package final class IDCount: Sendable {
    private let count = Atomic(0)

    package init() {}

    package var value: Int { count.load(ordering: .relaxed) }

    package func add(_ ids: Int) { count.add(ids, ordering: .relaxed) }
}
