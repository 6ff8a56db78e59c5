internal import CodecAPI
internal import CodecCore
internal import Synchronization

/// A token engine's stream as chunks of text.
final class TokenModelSource: ModelChunkSource {
    private struct State: Sendable {
        var frames: StagedFrames.AsyncIterator
        var text: TextDecoding
        var ready: ArraySlice<ModelChunk> = []
        var hasEnded = false
    }

    // Only the one reader asks, so no one waits for the lock; it is there for the compiler to see that.
    private let state: Mutex<State?>

    init(_ stream: TokenStream, _ request: TokenRequest, vocabulary: Vocabulary) {
        let frames = StagedFrames(
            stream, stages: request.watching.map { [ToolCallStage($0, vocabulary: vocabulary)] } ?? [])
        state = Mutex(
            State(
                frames: frames.makeAsyncIterator(),
                text: TextDecoding(
                    promptCount: request.completion.prompt.count, produced: frames.produced,
                    vocabulary: vocabulary)))
    }

    func next() async throws(EngineError) -> ModelChunk? {
        // The state is out while the reader waits: another reader would find nothing.
        guard var current = state.withLock({ $0.take() }) else { return nil }
        while current.ready.isEmpty, !current.hasEnded {
            guard let frame = try await current.frames.next() else {
                if Task.isCancelled { return nil }
                throw EngineError(
                    .generationFailed, "The engine's stream ended without a terminal frame.")
            }
            guard frame.finishReason != .error else {
                throw EngineError(.generationFailed, "Generation failed midway.")
            }
            current.ready = current.text.chunks(of: frame)[...]
            current.hasEnded = frame.done
        }
        let chunk = current.ready.popFirst()
        let rest = current
        state.withLock { $0 = rest }
        return chunk
    }
}
