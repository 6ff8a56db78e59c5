internal import CodecAPI
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
    let tools: ToolFields
    let textFormat: TextFormat?
    private let body: JSONObject

    init(_ body: JSONObject, headers: HTTPFields, flush: FlushPolicy) throws(APIError) {
        try Self.refuseUnsupported(body)
        model = try body.string("model")
        messages = try Self.messages(body)
        let limit = 1...Int(Int32.max)
        let older = try body.integer("max_tokens", in: limit)
        maxTokens = try body.integer("max_completion_tokens", in: limit) ?? older
        generation = try GenerationFields(body)
        delivery = try StreamFields(body, headers: headers, flush: flush)
        tools = try ToolFields(body)
        textFormat = try AnswerSchema.format(body)
        self.body = body
    }

    /// The prompt's ids: the template's own special tokens, and the messages as plain text.
    func job(for model: ServedModel, in vocabulary: ClientVocabulary) throws(APIError) -> CompletionJob {
        let length = model.engine.model.contextLength
        // Every message has an id at least, so this needs no rendering.
        guard messages.count <= length else {
            throw .invalidRequest(
                "'messages' has \(messages.count) messages, too many for the context of \(length) tokens.",
                param: "messages", code: "context_length_exceeded")
        }
        let segments: [Tokenizer.Segment]
        do {
            segments = try model.engine.renderChat(messages, tools: tools.tools)
        } catch {
            throw APIError(error, promptField: "messages")
        }
        return CompletionJob(
            kind: .chat, model: model,
            request: CompletionRequest(
                prompt: try model.encode(segments, field: "messages"), maxTokens: maxTokens,
                sampling: generation.sampling, stop: generation.stop,
                constraint: try tools.constraint(textFormat, model: model)),
            delivery: delivery, vocabulary: vocabulary, watching: try watching(model),
            promptField: "messages")
    }

    /// Text must not show the calls that the model writes; ids show all, unless the request says otherwise.
    private func watching(_ model: ServedModel) throws(APIError) -> ToolWatching? {
        if let asked = try ToolWatching(body, model: model) { return asked }
        guard delivery.format.frameFormat == nil, !tools.tools.isEmpty, let calling = model.toolCalling else {
            return nil
        }
        return try? ToolWatching(calling, in: model.map.vocabulary)
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
        guard ["system", "developer", "user", "assistant", "tool"].contains(role) else {
            throw .invalidRequest(
                "'\(object.name(of: "role"))' must be system, developer, user, assistant or tool.",
                param: object.name(of: "role"), code: "unsupported_value")
        }
        let calls = role == "assistant" ? try toolCalls(object) : []
        return ChatMessage(
            // Newer clients call the system's role by another name.
            role: role == "developer" ? "system" : role,
            content: calls.isEmpty || object["content"] != nil ? try content(object) : "", toolCalls: calls,
            toolCallID: try object.string("tool_call_id"), toolName: try object.string("name"))
    }

    private static func toolCalls(_ message: JSONObject) throws(APIError) -> [ToolCall] {
        var calls: [ToolCall] = []
        for (index, element) in (try message.array("tool_calls") ?? []).enumerated() {
            let name = "\(message.name(of: "tool_calls"))[\(index)]"
            let call = try JSONObject(element, name: name)
            guard let function = try call.object("function"), let tool = try function.string("name") else {
                throw .invalidRequest("'\(name).function.name' is required.", param: "\(name).function.name")
            }
            calls.append(
                ToolCall(
                    name: tool, argumentsJSON: try function.string("arguments") ?? "{}",
                    id: try call.string("id")))
        }
        return calls
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
        if body["audio"] != nil { throw .unsupported("audio") }
    }
}
