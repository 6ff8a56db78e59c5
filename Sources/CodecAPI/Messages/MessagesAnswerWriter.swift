internal import CodecMaps

/// Writes a streamed answer of Anthropic's `POST /v1/messages`.
///
/// Blocks follow each other here. A call whose arguments are not yet whole stays open, and what comes beside it waits.
package struct MessagesAnswerWriter: AnswerWriter {
    private let id: String
    private let model: String
    private let requestID: String?
    private var blocks = MessagesAnswerBlocks()
    private var usage = MessagesUsage()
    private var hasBegun = false
    /// Whether the first of `blocks` is begun.
    private var isOpen = false
    /// The number of the first of `blocks`.
    private var number = 0

    /// - Parameters:
    ///   - id: the message's, where the upstream does not give one.
    ///   - model: its name as the client knows it.
    ///   - requestID: what errors carry.
    package init(id: String, model: String, requestID: String? = nil) {
        self.id = id
        self.model = model
        self.requestID = requestID
    }

    /// Nothing: `message_start` tells what the prompt costs, which comes with the first chunk.
    package mutating func begin(into output: inout [UInt8]) {}

    package mutating func append(_ chunk: ModelChunk, into output: inout [UInt8]) {
        if let original = chunk.original, original.dialect == .messages,
            Self.append(original.json, to: &output)
        {
            hasBegun = true
            return
        }
        for case .usage(let counts) in chunk.events { usage = MessagesUsage(counts) }
        if !hasBegun { start(&output) }
        for event in chunk.events {
            if case .finish(let reason) = event {
                advance(isLast: true, &output)
                finish(blocks.finish(reason), &output)
            } else {
                blocks.take(event)
                advance(isLast: false, &output)
            }
        }
    }

    /// A ping; before the message's start a comment, as no event may stand there.
    package mutating func keepAlive(into output: inout [UInt8]) {
        output.append(json: hasBegun ? "event: ping\ndata: {\"type\":\"ping\"}\n\n" : ": ping\n\n")
    }

    package mutating func fail(_ error: APIError, into output: inout [UInt8]) {
        output.append(json: "event: error\ndata: ")
        error.appendMessagesBody(requestID: requestID, to: &output)
        output.append(json: "\n\n")
    }

    package var failsCleanly: Bool { true }

    // MARK: - As the upstream has it

    /// Appends an event of this API as it is; false for what is none.
    private static func append(_ json: [UInt8], to output: inout [UInt8]) -> Bool {
        guard let type = type(of: json), type != "message", type.utf8.allSatisfy(isPlain) else {
            return false
        }
        output.append(json: "event: ")
        output.append(contentsOf: type.utf8)
        output.append(json: "\ndata: ")
        if json.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            // Line ends stand between values only, where blanks do as well.
            output.append(contentsOf: json.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
        } else {
            output.append(contentsOf: json)
        }
        output.append(json: "\n\n")
        return true
    }

    private static func isPlain(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte || byte == 0x5F }

    /// The member `type` of an object.
    private static func type(of json: [UInt8]) -> String? {
        json.withUnsafeBufferPointer { bytes in
            var parser = JSONPullParser(bytes)
            guard (try? parser.next()) == .beginObject else { return nil }
            while (try? parser.next()) == .key {
                let isType = parser.string == "type"
                guard let value = try? parser.next() else { return nil }
                if isType { return value == .string ? parser.string : nil }
                guard (try? parser.skipRest(of: value)) != nil else { return nil }
            }
            return nil
        }
    }

    // MARK: - Event by event

    private mutating func start(_ output: inout [UInt8]) {
        hasBegun = true
        output.append(json: "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":")
        output.append(jsonString: id)
        output.append(json: #","type":"message","role":"assistant","model":"#)
        output.append(jsonString: model)
        output.append(json: #","content":[],"stop_reason":null,"stop_sequence":null,"usage":"#)
        usage.append(to: &output)
        output.append(json: "}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n")
    }

    /// Sends what can be sent of the blocks, in their order.
    private mutating func advance(isLast: Bool, _ output: inout [UInt8]) {
        while let first = blocks.blocks.first {
            if !isOpen {
                isOpen = true
                open(first.kind, &output)
            }
            let content = blocks.takeContent()
            if !content.isEmpty { delta(of: first.kind, content, &output) }
            let isOver = isLast || first.isSealed || (first.endsWithNext && blocks.blocks.count > 1)
            guard isOver else { return }
            if let signature = first.signature {
                event("content_block_delta", &output)
                output.append(json: #","delta":{"type":"signature_delta","signature":"#)
                output.append(jsonString: signature)
                output.append(json: "}}\n\n")
            }
            event("content_block_stop", &output)
            output.append(json: "}\n\n")
            blocks.removeFirst()
            isOpen = false
            number += 1
        }
    }

    private func event(_ type: StaticString, _ output: inout [UInt8]) {
        output.append(json: "event: ")
        output.append(json: type)
        output.append(json: "\ndata: {\"type\":\"")
        output.append(json: type)
        output.append(json: "\",\"index\":")
        output.append(json: number)
    }

    private func open(_ kind: MessagesAnswerBlock.Kind, _ output: inout [UInt8]) {
        event("content_block_start", &output)
        output.append(json: #","content_block":"#)
        switch kind {
        case .text: output.append(json: #"{"type":"text","text":""}"#)
        case .thinking: output.append(json: #"{"type":"thinking","thinking":"","signature":""}"#)
        case .redactedThinking(let data):
            output.append(json: #"{"type":"redacted_thinking","data":"#)
            output.append(jsonString: data)
            output.append(UInt8(ascii: "}"))
        case .call(_, let id, let name):
            output.append(json: #"{"type":"tool_use","id":"#)
            output.append(jsonString: id)
            output.append(json: #","name":"#)
            output.append(jsonString: name)
            output.append(json: #","input":{}}"#)
        }
        output.append(json: "}\n\n")
    }

    private func delta(of kind: MessagesAnswerBlock.Kind, _ content: String, _ output: inout [UInt8]) {
        event("content_block_delta", &output)
        switch kind {
        case .text: output.append(json: #","delta":{"type":"text_delta","text":"#)
        case .thinking: output.append(json: #","delta":{"type":"thinking_delta","thinking":"#)
        case .call, .redactedThinking:
            output.append(json: #","delta":{"type":"input_json_delta","partial_json":"#)
        }
        output.append(jsonString: content)
        output.append(json: "}}\n\n")
    }

    private func finish(_ reason: ModelFinish, _ output: inout [UInt8]) {
        output.append(
            json: "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":")
        output.append(jsonString: reason.messagesReason)
        output.append(json: #","stop_sequence":"#)
        output.append(jsonString: reason.messagesSequence)
        output.append(json: #"},"usage":"#)
        usage.append(to: &output)
        output.append(json: "}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
    }
}
