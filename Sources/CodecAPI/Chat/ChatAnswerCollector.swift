/// Gathers an answer into the document of a chat completion.
package struct ChatAnswerCollector: AnswerCollector {
    private let shape: AnswerShape
    private var text = ""
    private var reasoning = ""
    private var refusal: String?
    private var calls: [(index: Int, call: ChatCall)] = []
    private var logprobs: [TokenLogprob] = []
    private var usage: ModelUsage?
    private var reason = ModelFinish.stop
    /// The upstream's own document.
    private var original: [UInt8]?
    private var isFirst = true

    private let customTools: Set<String>

    /// - Parameter customTools: the names of the tools that take a text instead of JSON arguments.
    package init(id: AnswerID, model: String, customTools: Set<String> = []) {
        self.customTools = customTools
        shape = AnswerShape(.chat, id: id, model: model)
    }

    package mutating func append(_ chunk: ModelChunk) {
        if isFirst { original = chunk.document(in: .chat) }
        isFirst = false
        for event in chunk.events {
            switch event {
            case .text(let more): text += more
            case .reasoning(let more): reasoning += more
            case .refusal(let more): refusal = (refusal ?? "") + more
            case .toolCall(let index, let id, let name):
                let isCustom = customTools.contains(name)
                calls.append((index, ChatCall(id: id, name: name, text: "", isCustom: isCustom)))
            case .toolArguments(let index, let more):
                if let place = calls.lastIndex(where: { $0.index == index }) {
                    calls[place].call.text += more
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
            for (place, (_, call)) in calls.enumerated() {
                var call = call
                if call.isCustom { call.text = CustomTool.input(in: call.text) }
                if place > 0 { output.append(json: ",") }
                output.append(call)
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
