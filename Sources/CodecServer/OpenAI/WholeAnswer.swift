internal import CodecEngines
internal import CodecAPI
internal import CodecCore

/// An answer that is not streamed: one JSON document.
struct WholeAnswer {
    let kind: ChunkShape.Kind
    let id: AnswerID
    let model: String
    let text: String
    let toolCalls: [ToolCall]
    let finishReason: FinishReason?
    let usage: Usage

    func document() -> [UInt8] {
        var output = ChunkShape.head(object: kind.object, id: id, model: model)
        output.append(json: #""choices":[{"index":0,"#)
        switch kind {
        case .completion:
            output.append(json: #""text":"#)
            output.append(jsonString: text)
        case .chat:
            let (calls, rest) = ChatToolCalls.split(toolCalls)
            let content = text + rest
            output.append(json: #""message":{"role":"assistant","content":"#)
            output.append(jsonString: content.isEmpty && !calls.isEmpty ? nil : content)
            output.append(json: #","refusal":null"#)
            if !calls.isEmpty {
                output.append(json: #","tool_calls":["#)
                for (index, call) in calls.enumerated() {
                    if index > 0 { output.append(UInt8(ascii: ",")) }
                    output.append(UInt8(ascii: "{"))
                    ChatToolCalls.append(call, to: &output)
                }
                output.append(UInt8(ascii: "]"))
            }
            output.append(UInt8(ascii: "}"))
        }
        output.append(json: #","logprobs":null,"finish_reason":"#)
        output.append(jsonString: finishReason.openAIName(hasCalls: kind == .chat && !toolCalls.isEmpty))
        output.append(json: #"}],"usage":"#)
        usage.append(to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }
}
