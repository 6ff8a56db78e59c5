internal import CodecAPI
internal import CodecCore
internal import CodecEngines

/// Server-sent events as the OpenAI clients need them: `data:` lines only, one chunk a packed frame, a chunk
/// without choices for the usage when asked, `[DONE]` at the end.
struct EventAnswer: AnswerEncoder {
    private let shape: ChunkShape
    private let includesUsage: Bool
    private var usage: Usage
    /// The ids that the engine made, those of tool calls too.
    private let completionTokens: IDCount
    private var detokenizer: Detokenizer
    private var hasBegun = false
    private var callCount = 0
    /// The chunk up to its text, and from behind its text to its end: the same for all but the last.
    private let head: [UInt8]
    private let tail: [UInt8]

    init(
        _ kind: ChunkShape.Kind, id: AnswerID, model: String, vocabulary: Vocabulary, promptTokens: Int,
        completionTokens: IDCount, includesUsage: Bool
    ) {
        shape = ChunkShape(kind, id: id, model: model)
        self.includesUsage = includesUsage
        usage = Usage(promptTokens: promptTokens)
        self.completionTokens = completionTokens
        detokenizer = Detokenizer(vocabulary)
        head = Array("data: ".utf8) + shape.choiceHead + shape.textHead
        tail = shape.textTail + shape.choiceTail(finishReason: nil) + Self.end(usage: includesUsage)
    }

    /// A clean early end would be taken for a complete answer.
    var failsCleanly: Bool { false }

    mutating func append(_ frames: [TokenFrame], to output: inout [UInt8]) {
        for frame in frames {
            let (calls, rest) = ChatToolCalls.split(frame.toolCalls)
            if !calls.isEmpty { appendCalls(calls, to: &output) }
            var text = rest + detokenizer.append(frame.ids)
            guard frame.done else {
                appendChunk(text, to: &output)
                continue
            }
            text += detokenizer.finish()
            guard frame.finishReason != .error else {
                return appendFailure(EngineError(.generationFailed, "Generation failed midway."), to: &output)
            }
            appendChunk(text, to: &output)
            appendEnd(frame.finishReason, to: &output)
        }
    }

    mutating func appendKeepAlive(to output: inout [UInt8]) {
        output.append(json: ": ping\n\n")
    }

    mutating func appendFailure(_ error: EngineError, to output: inout [UInt8]) {
        output.append(json: "data: ")
        APIError(error).appendBody(to: &output)
        output.append(json: "\n\n")
    }

    private mutating func appendChunk(_ text: String, to output: inout [UInt8]) {
        begin(&output)
        guard !text.isEmpty else { return }
        output.append(contentsOf: head)
        output.append(jsonEscaped: text)
        output.append(contentsOf: tail)
    }

    /// Each call is whole in one chunk: what a model writes is known to be a call once it is complete.
    private mutating func appendCalls(_ calls: [ToolCall], to output: inout [UInt8]) {
        begin(&output)
        output.append(json: "data: ")
        output.append(contentsOf: shape.choiceHead)
        output.append(json: #""delta":{"tool_calls":["#)
        for (index, call) in calls.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(json: #"{"index":"#)
            output.append(json: callCount)
            output.append(UInt8(ascii: ","))
            ChatToolCalls.append(call, to: &output)
            callCount += 1
        }
        output.append(json: "]}")
        output.append(contentsOf: shape.choiceTail(finishReason: nil))
        output.append(contentsOf: Self.end(usage: includesUsage))
    }

    /// A chat begins with a chunk that names the role.
    private mutating func begin(_ output: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        guard let opening = shape.opening else { return }
        output.append(json: "data: ")
        output.append(contentsOf: shape.choiceHead)
        output.append(contentsOf: opening)
        output.append(contentsOf: shape.choiceTail(finishReason: nil))
        output.append(contentsOf: Self.end(usage: includesUsage))
    }

    private mutating func appendEnd(_ reason: FinishReason?, to output: inout [UInt8]) {
        output.append(json: "data: ")
        output.append(contentsOf: shape.choiceHead)
        output.append(contentsOf: shape.closing)
        output.append(contentsOf: shape.choiceTail(finishReason: reason.openAIName(hasCalls: callCount > 0)))
        output.append(contentsOf: Self.end(usage: includesUsage))
        if includesUsage {
            output.append(json: "data: ")
            output.append(contentsOf: shape.chunkHead)
            output.append(json: #""choices":[],"usage":"#)
            usage.completionTokens = completionTokens.value
            usage.append(to: &output)
            output.append(json: "}\n\n")
        }
        output.append(json: "data: [DONE]\n\n")
    }

    /// With usage asked for, every chunk but the last says that it has none, as OpenAI's do.
    private static func end(usage: Bool) -> [UInt8] {
        Array((usage ? ",\"usage\":null}\n\n" : "}\n\n").utf8)
    }
}
