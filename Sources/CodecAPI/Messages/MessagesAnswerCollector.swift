internal import CodecMaps

/// Gathers the document of an answer of Anthropic's `POST /v1/messages` that is not streamed.
package struct MessagesAnswerCollector: AnswerCollector {
    private let id: String
    private let model: String
    private var blocks = MessagesAnswerBlocks()
    private var usage = MessagesUsage()
    private var reason = ModelFinish.stop
    private var original: [UInt8]?

    /// - Parameters: as of `MessagesAnswerWriter`.
    package init(id: String, model: String) {
        self.id = id
        self.model = model
    }

    package mutating func append(_ chunk: ModelChunk) {
        if let original = chunk.original, original.dialect == .messages, Self.isDocument(original.json) {
            self.original = original.json
        }
        for event in chunk.events {
            switch event {
            case .usage(let counts): usage = MessagesUsage(counts)
            case .finish(let finish): reason = blocks.finish(finish)
            default: blocks.take(event)
            }
        }
    }

    package func document() -> [UInt8] {
        if let original { return original }
        var output: [UInt8] = []
        output.append(json: #"{"id":"#)
        output.append(jsonString: id)
        output.append(json: #","type":"message","role":"assistant","model":"#)
        output.append(jsonString: model)
        output.append(json: #","content":"#)
        output.append(json: .array(blocks.blocks.map(Self.value)))
        output.append(json: #","stop_reason":"#)
        output.append(jsonString: reason.messagesReason)
        output.append(json: #","stop_sequence":"#)
        output.append(jsonString: reason.messagesSequence)
        output.append(json: #","usage":"#)
        usage.append(to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }

    private static func isDocument(_ json: [UInt8]) -> Bool {
        (try? JSONValue(parsing: json))?["type"]?.string == "message"
    }

    private static func value(_ block: MessagesAnswerBlock) -> JSONValue {
        switch block.kind {
        case .text: .members(["type": .string("text"), "text": .string(block.content)])
        case .thinking:
            .members([
                "type": .string("thinking"), "thinking": .string(block.content),
                "signature": .string(block.signature ?? ""),
            ])
        case .redactedThinking(let data):
            .members(["type": .string("redacted_thinking"), "data": .string(data)])
        case .call(_, let id, let name):
            .members([
                "type": .string("tool_use"), "id": .string(id), "name": .string(name),
                "input": MessagesInput.value(block.content),
            ])
        }
    }
}
