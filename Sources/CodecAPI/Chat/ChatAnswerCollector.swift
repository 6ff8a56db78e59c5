/// Gathers an answer into the document of a chat completion.
package struct ChatAnswerCollector: AnswerCollector {
    private struct Call {
        var index: Int
        var id: String
        var name: String
        var arguments = ""
    }

    private let shape: AnswerShape
    private var text = ""
    private var reasoning = ""
    private var refusal: String?
    private var calls: [Call] = []
    private var logprobs: [TokenLogprob] = []
    private var usage: ModelUsage?
    private var reason = ModelFinish.stop
    /// The upstream's own document.
    private var original: [UInt8]?
    private var isFirst = true

    package init(id: AnswerID, model: String) { shape = AnswerShape(.chat, id: id, model: model) }

    package mutating func append(_ chunk: ModelChunk) {
        if isFirst { original = chunk.document(in: .chat) }
        isFirst = false
        for event in chunk.events {
            switch event {
            case .text(let more): text += more
            case .reasoning(let more): reasoning += more
            case .refusal(let more): refusal = (refusal ?? "") + more
            case .toolCall(let index, let id, let name):
                calls.append(Call(index: index, id: id, name: name))
            case .toolArguments(let index, let more):
                if let place = calls.lastIndex(where: { $0.index == index }) {
                    calls[place].arguments += more
                }
            case .logprobs(let more): logprobs += more
            case .usage(let counted): usage = counted
            case .finish(let why): reason = why
            case .reasoningSignature, .redactedReasoning: break
            }
        }
    }

    package func document() -> [UInt8] {
        if let original { return original }
        var output = shape.documentHead
        output.append(json: #""choices":[{"index":0,"message":{"role":"assistant","content":"#)
        output.append(jsonString: text.isEmpty && (!calls.isEmpty || refusal != nil) ? nil : text)
        output.append(json: #","refusal":"#)
        output.append(jsonString: refusal)
        if !reasoning.isEmpty {
            output.append(json: #","reasoning_content":"#)
            output.append(jsonString: reasoning)
        }
        if !calls.isEmpty {
            output.append(json: #","tool_calls":["#)
            for (index, call) in calls.enumerated() {
                output.append(json: index > 0 ? ",{" : "{")
                output.append(callID: call.id, name: call.name, arguments: call.arguments)
            }
            output.append(json: "]")
        }
        output.append(json: #"},"logprobs":"#)
        output.append(chat: logprobs)
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
