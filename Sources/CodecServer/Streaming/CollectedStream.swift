internal import CodecAPI
internal import CodecCore
internal import CodecEngines

/// All ids of a stream, and why it ended.
struct CollectedStream: Sendable {
    private(set) var ids: [TokenID] = []
    private(set) var toolCalls: [ToolCall] = []
    private(set) var finishReason: FinishReason?

    /// Reads to the terminal frame.
    /// - Throws: the engine's error; a stream without a terminal frame is one too.
    init(_ stream: StagedFrames) async throws {
        for try await frame in stream {
            ids += frame.ids
            toolCalls += frame.toolCalls
            guard frame.done else { continue }
            finishReason = frame.finishReason
            return
        }
        try Task.checkCancellation()
        throw EngineError(.generationFailed, "The engine's stream ended without a terminal frame.")
    }
}
