/// Writes an answer as the server-sent events of chat completions.
package struct ChatAnswerWriter: OpenAIAnswerWriter {
    private var stream: OpenAIEventStream
    private var hasBegun = false
    private var customCalls: ChatCustomCalls

    /// - Parameter customTools: the names of the tools that take a text instead of JSON arguments.
    package init(id: AnswerID, model: String, includesUsage: Bool, customTools: Set<String> = []) {
        customCalls = ChatCustomCalls(customTools)
        stream = OpenAIEventStream(
            .chat, id: id, model: model, includesUsage: includesUsage, opening: #""delta":{"#)
    }

    package mutating func append(_ chunk: ModelChunk, into output: inout [UInt8]) {
        guard !stream.passOn(chunk, into: &output) else { return }
        if !stream.passesOn { appendOpening(&output) }
        let events = customCalls.events(of: chunk)
        var index = 0
        while index < events.count {
            switch events[index] {
            case .text(let text):
                var logprobs: [TokenLogprob] = []
                if index + 1 < events.count, case .logprobs(let own) = events[index + 1] { logprobs = own }
                appendText(#""content":""#, text, logprobs, &output)
            case .reasoning(let text): appendText(#""reasoning_content":""#, text, [], &output)
            case .refusal(let text): appendText(#""refusal":""#, text, [], &output)
            case .toolCall, .toolArguments:
                appendCalls(events, &index, &output)
                continue
            case .usage(let counted): stream.usage = counted
            case .finish(let reason): stream.appendEnd(reason, closing: "}", to: &output)
            // Logprobs went with their text; only the server that signed a thought can use its signature.
            case .logprobs, .reasoningSignature, .redactedReasoning: break
            }
            index += 1
        }
    }

    /// A chat begins with a chunk that names the role.
    private mutating func appendOpening(_ output: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        output.append(contentsOf: stream.head)
        output.append(json: #""role":"assistant","content":""}"#)
        output.append(contentsOf: stream.tail)
    }

    private func appendText(
        _ opening: StaticString, _ text: String, _ logprobs: [TokenLogprob], _ output: inout [UInt8]
    ) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        output.append(contentsOf: stream.head)
        output.append(json: opening)
        output.append(jsonEscaped: text)
        output.append(json: #""}"#)
        guard !logprobs.isEmpty else { return output.append(contentsOf: stream.tail) }
        output.append(json: #","logprobs":"#)
        output.append(chat: logprobs)
        stream.appendTail(to: &output)
    }

    /// All that follows of calls, in one chunk; a call that is whole here is one delta.
    private func appendCalls(_ events: [ModelEvent], _ index: inout Int, _ output: inout [UInt8]) {
        output.append(contentsOf: stream.head)
        output.append(json: #""tool_calls":["#)
        let start = index
        while index < events.count {
            let separator: StaticString = index == start ? "" : ","
            switch events[index] {
            case .toolCall(let call, let id, let name):
                index += 1
                var arguments = ""
                while index < events.count, case .toolArguments(call, let more) = events[index] {
                    arguments += more
                    index += 1
                }
                output.append(json: separator)
                output.append(
                    ChatCall(
                        index: call, id: id, name: name, text: arguments, isCustom: customCalls.contains(call)
                    ))
            case .toolArguments(let call, let arguments):
                output.append(json: separator)
                output.append(ChatCall(index: call, text: arguments, isCustom: customCalls.contains(call)))
                index += 1
            default:
                output.append(json: "]}")
                return output.append(contentsOf: stream.tail)
            }
        }
        output.append(json: "]}")
        output.append(contentsOf: stream.tail)
    }
}
