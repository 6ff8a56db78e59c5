internal import CodecMaps

/// Reads answers of Anthropic's `POST /v1/messages`: the data of a stream's events one by one, or a whole document.
///
/// Content that only hosted tools make has no events of its own; it is in the chunks' `original`.
package struct MessagesAnswerReader: Sendable {
    private enum Block {
        case text, thinking
        /// A call, by its number among the answer's calls, and whether any arguments came.
        case call(Int, hasArguments: Bool)
        case other
    }

    private var blocks: [Int: Block] = [:]
    private var calls = 0
    private var usage = MessagesUsage()
    private var hasBegun = false
    private var reason: ModelFinish?
    private var explanation: String?
    private var hasEnded = false

    package init() {}

    /// - Parameter data: one server-sent event's, whole.
    /// - Returns: nil for what follows the answer's end.
    /// - Throws: where the upstream says that it failed, and for what is no event of this API or out of order.
    package mutating func append(data: [UInt8]) throws(AnswerError) -> ModelChunk? {
        guard !hasEnded else { return nil }
        let event = try Self.parse(data)
        var events: [ModelEvent] = []
        switch try event.type {
        case "message_start":
            guard let message = event["message"], !hasBegun else {
                throw .malformed("A 'message_start' without its message, or a second one.")
            }
            hasBegun = true
            usage.take(message["usage"])
            events = [.usage(usage.usage)]
        case "content_block_start": events = try start(event)
        case "content_block_delta": events = try delta(event)
        case "content_block_stop": events = stop(try index(event))
        case "message_delta":
            usage.take(event["usage"])
            if let name = event["delta"]?["stop_reason"]?.string {
                reason = ModelFinish(messagesReason: name, sequence: event["delta"]?["stop_sequence"]?.string)
                explanation = event["delta"]?["stop_details"]?["explanation"]?.string
            }
            events = [.usage(usage.usage)]
        case "message_stop":
            guard hasBegun, let reason else {
                throw .malformed("A 'message_stop' without 'message_start' or 'stop_reason' before it.")
            }
            hasEnded = true
            events = Self.ending(reason, explanation)
        // Pings, and what later versions of the API add.
        default: break
        }
        return ModelChunk(events, original: OriginalChunk(.messages, json: data))
    }

    /// The stream has ended cleanly.
    /// - Throws: `malformed` when the answer has not.
    package func finish() throws(AnswerError) -> ModelChunk? {
        guard hasEnded else { throw .malformed("The stream ended before its 'message_stop'.") }
        return nil
    }

    /// The one chunk of an answer that is not streamed.
    /// - Throws: as `append` does.
    package static func read(document: [UInt8]) throws(AnswerError) -> ModelChunk {
        let message = try parse(document)
        guard try message.type == "message", let content = message["content"]?.array,
            let name = message["stop_reason"]?.string
        else { throw .malformed("The answer is no message with 'content' and 'stop_reason'.") }
        var reader = MessagesAnswerReader()
        var events: [ModelEvent] = []
        for (index, block) in content.enumerated() {
            let position = JSONValue.Member(name: "index", value: .integer(index))
            events += try reader.start(
                .object([position, JSONValue.Member(name: "content_block", value: block)]))
            events += reader.stop(index)
        }
        reader.usage.take(message["usage"])
        events.append(.usage(reader.usage.usage))
        events += ending(
            ModelFinish(messagesReason: name, sequence: message["stop_sequence"]?.string),
            message["stop_details"]?["explanation"]?.string)
        return ModelChunk(events, original: OriginalChunk(.messages, json: document))
    }

    private static func ending(_ reason: ModelFinish, _ explanation: String?) -> [ModelEvent] {
        if reason == .refusal, let explanation, !explanation.isEmpty {
            return [.refusal(explanation), .finish(reason)]
        }
        return [.finish(reason)]
    }

    /// - Throws: for broken JSON, and for an error that the upstream reports.
    private static func parse(_ data: [UInt8]) throws(AnswerError) -> JSONValue {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data)
        } catch {
            throw .malformed("Broken JSON: \(error.code.rawValue) (byte \(error.offset)).")
        }
        guard value["type"]?.string == "error" else { return value }
        throw .reported(
            message: value["error"]?["message"]?.string ?? "The upstream does not say why.",
            type: value["error"]?["type"]?.string)
    }

    private func index(_ event: JSONValue) throws(AnswerError) -> Int {
        guard let index = event["index"]?.count else { throw .malformed("A block's event without 'index'.") }
        return index
    }

    private mutating func start(_ event: JSONValue) throws(AnswerError) -> [ModelEvent] {
        let index = try index(event)
        guard let block = event["content_block"], blocks[index] == nil else {
            throw .malformed("A block without content, or begun twice.")
        }
        switch try block.type {
        case "text":
            blocks[index] = .text
            return Self.text(block["text"]).map { [.text($0)] } ?? []
        case "thinking":
            blocks[index] = .thinking
            let thought = Self.text(block["thinking"]).map { [ModelEvent.reasoning($0)] } ?? []
            return thought + (Self.text(block["signature"]).map { [.reasoningSignature($0)] } ?? [])
        case "redacted_thinking":
            blocks[index] = .other
            return Self.text(block["data"]).map { [.redactedReasoning($0)] } ?? []
        case "tool_use":
            guard let id = block["id"]?.string, let name = block["name"]?.string, !name.isEmpty else {
                throw .malformed("A 'tool_use' without 'id' or 'name'.")
            }
            let call = calls
            calls += 1
            var events: [ModelEvent] = [.toolCall(index: call, id: id, name: name)]
            if case .object(let members)? = block["input"], !members.isEmpty {
                events.append(.toolArguments(index: call, JSONValue.object(members).json))
            }
            blocks[index] = .call(call, hasArguments: events.count > 1)
            return events
        default:
            blocks[index] = .other
            return []
        }
    }

    /// A call that says no arguments has an object of none.
    private mutating func stop(_ index: Int) -> [ModelEvent] {
        guard case .call(let call, hasArguments: false)? = blocks.removeValue(forKey: index) else {
            return []
        }
        return [.toolArguments(index: call, "{}")]
    }

    private mutating func delta(_ event: JSONValue) throws(AnswerError) -> [ModelEvent] {
        let index = try index(event)
        guard let delta = event["delta"], let block = blocks[index] else {
            throw .malformed("A delta without content, or of a block that is not open.")
        }
        switch (try delta.type, block) {
        case ("text_delta", .text): return Self.text(delta["text"]).map { [.text($0)] } ?? []
        case ("thinking_delta", .thinking): return Self.text(delta["thinking"]).map { [.reasoning($0)] } ?? []
        case ("signature_delta", .thinking):
            return Self.text(delta["signature"]).map { [.reasoningSignature($0)] } ?? []
        case ("input_json_delta", .call(let call, _)):
            guard let more = Self.text(delta["partial_json"]) else { return [] }
            blocks[index] = .call(call, hasArguments: true)
            return [.toolArguments(index: call, more)]
        // Citations, and whatever belongs to blocks of hosted tools.
        default: return []
        }
    }

    /// A text that is there and not empty.
    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        return text
    }
}

extension JSONValue {
    fileprivate var type: String {
        get throws(AnswerError) {
            guard let type = self["type"]?.string else { throw .malformed("A value without 'type'.") }
            return type
        }
    }
}
