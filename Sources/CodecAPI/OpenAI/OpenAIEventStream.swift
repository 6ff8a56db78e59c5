/// What the server-sent events of chat and completions have in common: `data:` lines only, a chunk without choices for the
/// usage when asked, `[DONE]` at the end.
struct OpenAIEventStream: Sendable {
    private let dialect: Dialect
    private let shape: AnswerShape
    private let includesUsage: Bool
    /// From the start of an event to what the choice says.
    let head: [UInt8]
    /// From the choice's logprobs, of which there are none, to the end of an event that is not the last.
    let tail: [UInt8]
    /// Whether the upstream's own chunks are passed on, with its own opening and end.
    private(set) var passesOn = false
    var usage: ModelUsage?

    /// - Parameter opening: what stands before the text in a choice.
    init(_ dialect: Dialect, id: AnswerID, model: String, includesUsage: Bool, opening: StaticString) {
        self.dialect = dialect
        self.includesUsage = includesUsage
        shape = AnswerShape(dialect, id: id, model: model)
        var head = Array("data: ".utf8) + shape.head
        head.append(json: #""choices":[{"index":0,"#)
        head.append(json: opening)
        self.head = head
        tail = Array(#","logprobs":null,"finish_reason":null}]"#.utf8) + Self.end(usage: includesUsage)
    }

    /// Passes on what an upstream of the same API sent.
    /// - Returns: false when the chunk has to be written anew.
    mutating func passOn(_ chunk: ModelChunk, into output: inout [UInt8]) -> Bool {
        guard let original = chunk.original, original.dialect == dialect else { return false }
        passesOn = true
        // With `finish` it is the usage's chunk.
        let isLast = if case .finish? = chunk.events.last { true } else { false }
        if !isLast || includesUsage { output.append(event: original.json) }
        if isLast { output.append(json: "data: [DONE]\n\n") }
        return true
    }

    /// Ends an event that has logprobs.
    func appendTail(to output: inout [UInt8]) {
        output.append(json: #","finish_reason":null}]"#)
        output.append(contentsOf: Self.end(usage: includesUsage))
    }

    /// The last events.
    /// - Parameter closing: what the last choice says.
    func appendEnd(_ reason: ModelFinish, closing: StaticString, to output: inout [UInt8]) {
        if !passesOn {
            output.append(contentsOf: head)
            output.append(json: closing)
            output.append(json: #","logprobs":null,"finish_reason":""#)
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

/// A writer of such events.
protocol OpenAIAnswerWriter: AnswerWriter {}

extension OpenAIAnswerWriter {
    /// A clean early end would be taken for a complete answer.
    package var failsCleanly: Bool { false }

    package mutating func begin(into output: inout [UInt8]) {}

    package mutating func keepAlive(into output: inout [UInt8]) { output.append(json: ": ping\n\n") }

    package mutating func fail(_ error: APIError, into output: inout [UInt8]) {
        output.append(json: "data: ")
        error.appendBody(to: &output)
        output.append(json: "\n\n")
    }
}

extension [UInt8] {
    /// Appends an event of data alone. A line break, which JSON has only between its tokens, would end the data.
    fileprivate mutating func append(event data: [UInt8]) {
        append(json: "data: ")
        if data.contains(0x0A) || data.contains(0x0D) {
            append(contentsOf: data.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
        } else {
            append(contentsOf: data)
        }
        append(json: "\n\n")
    }
}
