internal import CodecAPI
internal import CodecCore

/// Makes text of a token engine's frames: one chunk for each id that completes some, one for each call, and one with
/// the usage and the reason at the end.
struct TextDecoding: Sendable {
    private let promptCount: Int
    private let produced: IDCount
    private var detokenizer: Detokenizer
    /// Ids whose characters are not complete.
    private var ids: [TokenID] = []
    private var callCount = 0
    private var hasBegun = false

    /// - Parameter produced: the ids that the engine has made so far, those of calls too.
    init(promptCount: Int, produced: IDCount, vocabulary: Vocabulary) {
        self.promptCount = promptCount
        self.produced = produced
        detokenizer = Detokenizer(vocabulary)
    }

    mutating func chunks(of frame: TokenFrame) -> [ModelChunk] {
        var chunks: [ModelChunk] = []
        if !hasBegun {
            // Some APIs tell the prompt's tokens first of all.
            hasBegun = true
            chunks.append(ModelChunk([.usage(ModelUsage(inputTokens: promptCount, outputTokens: 0))]))
        }
        for call in frame.toolCalls { append(call, to: &chunks) }
        for id in frame.ids {
            ids.append(id)
            append(detokenizer.append([id]), to: &chunks)
        }
        guard frame.done else { return chunks }
        append(detokenizer.finish(), to: &chunks)
        chunks.append(
            ModelChunk(
                [
                    .usage(ModelUsage(inputTokens: promptCount, outputTokens: produced.value)),
                    .finish(finish(frame.finishReason)),
                ], ids: ids))
        return chunks
    }

    private mutating func append(_ text: String, to chunks: inout [ModelChunk]) {
        guard !text.isEmpty else { return }
        chunks.append(ModelChunk([.text(text)], ids: ids))
        ids = []
    }

    /// What has no name is text that the model wrote between its markers.
    private mutating func append(_ call: ToolCall, to chunks: inout [ModelChunk]) {
        guard let name = call.name else { return append(call.argumentsJSON, to: &chunks) }
        let id = call.id ?? "call_" + RandomName.make()
        chunks.append(
            ModelChunk([
                .toolCall(index: callCount, id: id, name: name),
                .toolArguments(index: callCount, call.argumentsJSON),
            ]))
        callCount += 1
    }

    private func finish(_ reason: FinishReason?) -> ModelFinish {
        switch reason {
        case .some(.length): .length
        case .some(.policyViolation): .contentFilter
        case .some(.stopSequence): .stopSequence(nil)
        default: callCount > 0 ? .toolCalls : .stop
        }
    }
}
