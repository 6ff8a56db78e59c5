/// Writes an answer as the server-sent events of completions: as those of chat, but with text alone.
///
/// Calls and thoughts have no place there; whoever asks for a completion offers no tools.
package struct CompletionsAnswerWriter: AnswerWriter {
    private let shape: AnswerShape
    private let includesUsage: Bool
    /// From the start to the text, and from behind the text to the end: the same for all but the last.
    private let head: [UInt8]
    private let tail: [UInt8]
    private var usage: ModelUsage?
    private var textOffset = 0
    /// Whether the upstream's own chunks are passed on, with its own end.
    private var passesOn = false

    package init(id: AnswerID, model: String, includesUsage: Bool) {
        shape = AnswerShape(.completions, id: id, model: model)
        self.includesUsage = includesUsage
        head = Array("data: ".utf8) + shape.head + Array(#""choices":[{"index":0,"text":""#.utf8)
        tail = Array(#"","logprobs":null,"finish_reason":null}]"#.utf8) + Self.end(usage: includesUsage)
    }

    /// A clean early end would be taken for a complete answer.
    package var failsCleanly: Bool { false }

    package mutating func begin(into output: inout [UInt8]) {}

    package mutating func append(_ chunk: ModelChunk, into output: inout [UInt8]) {
        if let original = chunk.original, original.dialect == .completions {
            passesOn = true
            // With `finish` it is the usage's chunk.
            let isUsage = if case .finish? = chunk.events.last { true } else { false }
            if !isUsage || includesUsage { output.append(event: original.json) }
            if isUsage { output.append(json: "data: [DONE]\n\n") }
            return
        }
        let events = chunk.events
        for (index, event) in events.enumerated() {
            switch event {
            case .text(let text), .refusal(let text):
                var logprobs: [TokenLogprob] = []
                if index + 1 < events.count, case .logprobs(let own) = events[index + 1] { logprobs = own }
                appendText(text, logprobs, &output)
            case .usage(let counted): usage = counted
            case .finish(let reason): appendEnd(reason, &output)
            case .logprobs, .reasoning, .reasoningSignature, .redactedReasoning, .toolCall, .toolArguments:
                break
            }
        }
    }

    package mutating func keepAlive(into output: inout [UInt8]) { output.append(json: ": ping\n\n") }

    package mutating func fail(_ error: APIError, into output: inout [UInt8]) {
        output.append(json: "data: ")
        error.appendBody(to: &output)
        output.append(json: "\n\n")
    }

    private mutating func appendText(_ text: String, _ logprobs: [TokenLogprob], _ output: inout [UInt8]) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        output.append(contentsOf: head)
        output.append(jsonEscaped: text)
        guard !logprobs.isEmpty else { return output.append(contentsOf: tail) }
        output.append(json: #"","logprobs":"#)
        output.append(completions: logprobs, offset: &textOffset)
        output.append(json: #","finish_reason":null}]"#)
        output.append(contentsOf: Self.end(usage: includesUsage))
    }

    private func appendEnd(_ reason: ModelFinish, _ output: inout [UInt8]) {
        if !passesOn {
            output.append(contentsOf: head)
            output.append(json: #"","logprobs":null,"finish_reason":""#)
            output.append(json: reason.openAIName)
            output.append(json: #""}]"#)
            output.append(contentsOf: Self.end(usage: includesUsage))
        }
        if includesUsage, let usage {
            output.append(json: "data: ")
            output.append(contentsOf: shape.head)
            output.append(json: #""choices":[],"usage":"#)
            output.append(usage)
            output.append(json: "}\n\n")
        }
        output.append(json: "data: [DONE]\n\n")
    }

    /// With usage asked for, every chunk but the last says that it has none, as OpenAI's do.
    private static func end(usage: Bool) -> [UInt8] {
        Array((usage ? ",\"usage\":null}\n\n" : "}\n\n").utf8)
    }
}
