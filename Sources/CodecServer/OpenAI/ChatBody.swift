internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes

/// The body of `POST /v1/chat/completions`.
struct ChatBody {
    let model: String?
    let messages: [ChatMessage]
    /// Nil: up to the end of the context.
    let maxTokens: Int?
    let generation: GenerationFields
    let delivery: StreamFields

    init(_ body: JSONObject, headers: HTTPFields, flush: FlushPolicy) throws(APIError) {
        try Self.refuseUnsupported(body)
        model = try body.string("model")
        messages = try Self.messages(body)
        let limit = 1...Int(Int32.max)
        let older = try body.integer("max_tokens", in: limit)
        maxTokens = try body.integer("max_completion_tokens", in: limit) ?? older
        generation = try GenerationFields(body)
        delivery = try StreamFields(body, headers: headers, flush: flush)
    }

    /// The prompt's ids: the template's own special tokens, and the messages as plain text.
    func job(for model: ServedModel) throws(APIError) -> CompletionJob {
        let length = model.engine.model.contextLength
        // Every message has an id at least, so this needs no rendering.
        guard messages.count <= length else {
            throw .invalidRequest(
                "'messages' has \(messages.count) messages, too many for the context of \(length) tokens.",
                param: "messages", code: "context_length_exceeded")
        }
        let segments: [Tokenizer.Segment]
        do {
            segments = try model.engine.renderChat(messages)
        } catch {
            throw APIError(error, promptField: "messages")
        }
        return CompletionJob(
            kind: .chat, model: model,
            request: CompletionRequest(
                prompt: try model.encode(segments, field: "messages"), maxTokens: maxTokens,
                sampling: generation.sampling, stop: generation.stop),
            delivery: delivery, promptField: "messages")
    }

    private static func messages(_ body: JSONObject) throws(APIError) -> [ChatMessage] {
        guard let elements = try body.array("messages") else {
            throw .invalidRequest(
                "'messages' is required.", param: "messages", code: "missing_required_parameter")
        }
        guard !elements.isEmpty else {
            throw .invalidRequest("'messages' must not be empty.", param: "messages")
        }
        var messages: [ChatMessage] = []
        for (index, element) in elements.enumerated() {
            let name = "messages[\(index)]"
            messages.append(try message(JSONObject(element, name: name)))
        }
        return messages
    }

    private static func message(_ object: JSONObject) throws(APIError) -> ChatMessage {
        guard let role = try object.string("role") else {
            throw .invalidRequest(
                "'\(object.name(of: "role"))' is required.", param: object.name(of: "role"),
                code: "missing_required_parameter")
        }
        guard ["system", "developer", "user", "assistant"].contains(role) else {
            throw .invalidRequest(
                "'\(object.name(of: "role"))' must be system, developer, user or assistant.",
                param: object.name(of: "role"), code: "unsupported_value")
        }
        if let calls = try object.array("tool_calls"), !calls.isEmpty {
            throw .unsupported(object.name(of: "tool_calls"))
        }
        // Newer clients call the system's role by another name.
        return ChatMessage(role: role == "developer" ? "system" : role, content: try content(object))
    }

    private static func content(_ object: JSONObject) throws(APIError) -> String {
        let name = object.name(of: "content")
        guard let value = object["content"] else {
            throw .invalidRequest("'\(name)' is required.", param: name, code: "missing_required_parameter")
        }
        switch value {
        case .string(let text): return text
        case .array(let parts):
            var text = ""
            for (index, part) in parts.enumerated() {
                text += try self.text(of: part, name: "\(name)[\(index)]")
            }
            return text
        default: throw object.wrongType("content", value, "a string or an array of text parts")
        }
    }

    private static func text(of part: JSONValue, name: String) throws(APIError) -> String {
        let object = try JSONObject(part, name: name)
        guard try object.string("type") == "text" else {
            throw .invalidRequest(
                "'\(name).type' must be \"text\": this model takes text only.", param: name + ".type",
                code: "unsupported_value")
        }
        guard let text = try object.string("text") else {
            throw .invalidRequest("'\(name).text' is required.", param: name + ".text")
        }
        return text
    }

    private static func refuseUnsupported(_ body: JSONObject) throws(APIError) {
        for field in ["tools", "functions"] {
            if let tools = try body.array(field), !tools.isEmpty { throw .unsupported(field) }
        }
        if let format = try body.object("response_format"), try format.string("type") != "text" {
            throw .unsupported("response_format")
        }
        if body["audio"] != nil { throw .unsupported("audio") }
    }
}
