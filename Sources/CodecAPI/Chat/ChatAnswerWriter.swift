/// Writes an answer as the server-sent events of chat completions: `data:` lines only, a chunk without choices for the
/// usage when asked, `[DONE]` at the end.
package struct ChatAnswerWriter: AnswerWriter {
    private let shape: AnswerShape
    private let includesUsage: Bool
    /// From the start to the choice's `delta`, and from behind the delta to the end: the same for all but the last.
    private let head: [UInt8]
    private let tail: [UInt8]
    private var usage: ModelUsage?
    private var hasBegun = false
    /// Whether the upstream's own chunks are passed on, with its own opening and end.
    private var passesOn = false

    package init(id: AnswerID, model: String, includesUsage: Bool) {
        shape = AnswerShape(.chat, id: id, model: model)
        self.includesUsage = includesUsage
        head = Array("data: ".utf8) + shape.head + Array(#""choices":[{"index":0,"delta":"#.utf8)
        tail = Array(#","logprobs":null,"finish_reason":null}]"#.utf8) + Self.end(usage: includesUsage)
    }

    /// A clean early end would be taken for a complete answer.
    package var failsCleanly: Bool { false }

    package mutating func begin(into output: inout [UInt8]) {}

    package mutating func append(_ chunk: ModelChunk, into output: inout [UInt8]) {
        if let original = chunk.original, original.dialect == .chat {
            passesOn = true
            // With `finish` it is the usage's chunk.
            let isUsage = if case .finish? = chunk.events.last { true } else { false }
            if !isUsage || includesUsage { output.append(event: original.json) }
            if isUsage { output.append(json: "data: [DONE]\n\n") }
            return
        }
        if !passesOn { appendOpening(&output) }
        let events = chunk.events
        var index = 0
        while index < events.count {
            switch events[index] {
            case .text(let text):
                var logprobs: [TokenLogprob] = []
                if index + 1 < events.count, case .logprobs(let own) = events[index + 1] { logprobs = own }
                appendText(#"{"content":""#, text, logprobs, &output)
            case .reasoning(let text): appendText(#"{"reasoning_content":""#, text, [], &output)
            case .refusal(let text): appendText(#"{"refusal":""#, text, [], &output)
            case .toolCall, .toolArguments:
                appendCalls(events, &index, &output)
                continue
            case .usage(let counted): usage = counted
            case .finish(let reason): appendEnd(reason, &output)
            // Logprobs went with their text; only the server that signed a thought can use its signature.
            case .logprobs, .reasoningSignature, .redactedReasoning: break
            }
            index += 1
        }
    }

    package mutating func keepAlive(into output: inout [UInt8]) { output.append(json: ": ping\n\n") }

    package mutating func fail(_ error: APIError, into output: inout [UInt8]) {
        output.append(json: "data: ")
        error.appendBody(to: &output)
        output.append(json: "\n\n")
    }

    /// A chat begins with a chunk that names the role.
    private mutating func appendOpening(_ output: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        output.append(contentsOf: head)
        output.append(json: #"{"role":"assistant","content":""}"#)
        output.append(contentsOf: tail)
    }

    private func appendText(
        _ opening: StaticString, _ text: String, _ logprobs: [TokenLogprob], _ output: inout [UInt8]
    ) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        output.append(contentsOf: head)
        output.append(json: opening)
        output.append(jsonEscaped: text)
        output.append(json: #""}"#)
        guard !logprobs.isEmpty else { return output.append(contentsOf: tail) }
        output.append(json: #","logprobs":"#)
        output.append(chat: logprobs)
        output.append(json: #","finish_reason":null}]"#)
        output.append(contentsOf: Self.end(usage: includesUsage))
    }

    /// All that follows of calls, in one chunk; a call that is whole here is one delta.
    private func appendCalls(_ events: [ModelEvent], _ index: inout Int, _ output: inout [UInt8]) {
        output.append(contentsOf: head)
        output.append(json: #"{"tool_calls":["#)
        let start = index
        while index < events.count {
            switch events[index] {
            case .toolCall(let call, let id, let name):
                output.append(json: index == start ? #"{"index":"# : #",{"index":"#)
                output.append(json: call)
                output.append(json: ",")
                index += 1
                var arguments = ""
                while index < events.count, case .toolArguments(call, let more) = events[index] {
                    arguments += more
                    index += 1
                }
                output.append(callID: id, name: name, arguments: arguments)
            case .toolArguments(let call, let arguments):
                output.append(json: index == start ? #"{"index":"# : #",{"index":"#)
                output.append(json: call)
                output.append(json: #","function":{"arguments":"#)
                output.append(jsonString: arguments)
                output.append(json: "}}")
                index += 1
            default:
                output.append(json: "]}")
                return output.append(contentsOf: tail)
            }
        }
        output.append(json: "]}")
        output.append(contentsOf: tail)
    }

    private func appendEnd(_ reason: ModelFinish, _ output: inout [UInt8]) {
        if !passesOn {
            output.append(contentsOf: head)
            output.append(json: #"{},"logprobs":null,"finish_reason":""#)
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

extension [UInt8] {
    /// `"id":…,"type":"function","function":{…}}`: a call's object behind its opening brace.
    mutating func append(callID id: String, name: String, arguments: String) {
        append(json: #""id":"#)
        append(jsonString: id)
        append(json: #","type":"function","function":{"name":"#)
        append(jsonString: name)
        append(json: #","arguments":"#)
        append(jsonString: arguments)
        append(json: "}}")
    }

    /// Appends an event of data alone. A line break, which JSON has only between its tokens, would end the data.
    mutating func append(event data: [UInt8]) {
        append(json: "data: ")
        if data.contains(0x0A) || data.contains(0x0D) {
            append(contentsOf: data.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
        } else {
            append(contentsOf: data)
        }
        append(json: "\n\n")
    }
}
