/// Gathers an answer into the document of a completion.
package struct CompletionsAnswerCollector: AnswerCollector {
    private let shape: AnswerShape
    private var text = ""
    private var logprobs: [TokenLogprob] = []
    private var usage: ModelUsage?
    private var reason = ModelFinish.stop
    /// The upstream's own document.
    private var original: [UInt8]?
    private var isFirst = true

    package init(id: AnswerID, model: String) { shape = AnswerShape(.completions, id: id, model: model) }

    package mutating func append(_ chunk: ModelChunk) {
        if isFirst { original = chunk.document(in: .completions) }
        isFirst = false
        for event in chunk.events {
            switch event {
            case .text(let more), .refusal(let more): text += more
            case .logprobs(let more): logprobs += more
            case .usage(let counted): usage = counted
            case .finish(let why): reason = why
            case .reasoning, .reasoningSignature, .redactedReasoning, .toolCall, .toolArguments: break
            }
        }
    }

    package func document() -> [UInt8] {
        if let original { return original }
        var output = shape.documentHead
        output.append(json: #""choices":[{"index":0,"text":"#)
        output.append(jsonString: text)
        output.append(json: #","logprobs":"#)
        var offset = 0
        output.append(completions: logprobs, offset: &offset)
        output.append(json: #","finish_reason":""#)
        output.append(json: reason.openAIName)
        output.append(json: #""}]"#)
        if let usage {
            output.append(json: #","usage":"#)
            output.append(usage)
        }
        output.append(json: "}")
        return output
    }
}
