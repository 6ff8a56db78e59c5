internal import CodecCore

/// An answer that is not streamed: one JSON document.
struct WholeAnswer {
    let kind: ChunkShape.Kind
    let id: AnswerID
    let model: String
    let text: String
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
            output.append(json: #""message":{"role":"assistant","content":"#)
            output.append(jsonString: text)
            output.append(json: #","refusal":null}"#)
        }
        output.append(json: #","logprobs":null,"finish_reason":"#)
        output.append(jsonString: finishReason.openAIName)
        output.append(json: #"}],"usage":"#)
        usage.append(to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }
}
