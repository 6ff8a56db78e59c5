/// Writes an answer as the server-sent events of completions: as those of chat, but with text alone.
///
/// Calls and thoughts have no place there; whoever asks for a completion offers no tools.
package struct CompletionsAnswerWriter: OpenAIAnswerWriter {
    private var stream: OpenAIEventStream
    private var textOffset = 0

    package init(id: AnswerID, model: String, includesUsage: Bool) {
        stream = OpenAIEventStream(
            .completions, id: id, model: model, includesUsage: includesUsage, opening: #""text":""#)
    }

    package mutating func append(_ chunk: ModelChunk, into output: inout [UInt8]) {
        guard !stream.passOn(chunk, into: &output) else { return }
        let events = chunk.events
        for (index, event) in events.enumerated() {
            switch event {
            case .text(let text), .refusal(let text):
                var logprobs: [TokenLogprob] = []
                if index + 1 < events.count, case .logprobs(let own) = events[index + 1] { logprobs = own }
                append(text, logprobs, to: &output)
            case .usage(let counted): stream.usage = counted
            case .finish(let reason): stream.appendEnd(reason, closing: "\"", to: &output)
            case .logprobs, .reasoning, .reasoningSignature, .redactedReasoning, .toolCall, .toolArguments:
                break
            }
        }
    }

    private mutating func append(_ text: String, _ logprobs: [TokenLogprob], to output: inout [UInt8]) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        output.append(contentsOf: stream.head)
        output.append(jsonEscaped: text)
        output.append(json: "\"")
        guard !logprobs.isEmpty else { return output.append(contentsOf: stream.tail) }
        output.append(json: #","logprobs":"#)
        output.append(completions: logprobs, offset: &textOffset)
        stream.appendTail(to: &output)
    }
}
