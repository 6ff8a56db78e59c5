internal import CodecMaps

/// Makes a conversation of a Responses request's items.
///
/// What the assistant thought, said and called, one after the other, is one message; results of tools, one after the
/// other, are one message.
struct ResponsesItems {
    /// Items that servers add for tools of their own; nothing of them can be told to a model that lacks these tools.
    private static let hosted: Set<String> = [
        "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call",
        "computer_call",
        "mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response", "tool_search_call",
        "tool_search_output", "compaction_trigger",
    ]

    private(set) var messages: [ModelMessage] = []
    private(set) var hints: [String] = []
    private(set) var tools: ResponsesTools
    private var callIDs: Set<String> = []
    /// What the assistant's last message has.
    private var lastSays = false
    private var lastCalls = false

    init(tools: ResponsesTools) { self.tools = tools }

    /// - Parameter path: what messages call the item, like `input[3]`.
    mutating func append(_ item: JSONValue, path: String) throws(APIError) {
        let object = try JSONObject(item, name: path)
        let type = try object.string("type") ?? "message"
        switch type {
        case "message": try message(object)
        case "reasoning": try reasoning(object)
        case "function_call", "custom_tool_call": try call(object, type: type)
        case "additional_tools":
            try tools.add(try object.array("tools") ?? [], path: object.name(of: "tools"))
        case _ where Self.hosted.contains(type): hint("input.\(type)")
        case _ where type.hasSuffix("_call_output"): try result(object)
        case _ where type.hasSuffix("_call") && object["call_id"] != nil: try action(object, type: type)
        default:
            throw .invalidRequest(
                "'\(path).type' is \"\(type.prefix(64))\", which this server does not take.",
                param: "\(path).type",
                code: "unsupported_parameter")
        }
    }

    /// The whole conversation. Thoughts that led to nothing are left out: no server wants a message of them alone.
    func conversation() -> [ModelMessage] {
        messages.filter { message in
            message.role != .assistant
                || message.parts.contains { if case .reasoning = $0 { false } else { true } }
        }
    }

    private mutating func hint(_ name: String) {
        if !hints.contains(name) { hints.append(name) }
    }

    private mutating func message(_ object: JSONObject) throws(APIError) {
        guard let name = try object.string("role") else {
            throw .invalidRequest("'\(object.name(of: "role"))' is missing.", param: object.name(of: "role"))
        }
        guard let role = ModelMessage.Role(rawValue: name), role != .tool else {
            throw .invalidRequest(
                "'\(object.name(of: "role"))' must be user, assistant, system or developer.",
                param: object.name(of: "role"))
        }
        let parts = try ResponsesContent.parts(of: object, field: "content")
        guard role == .assistant else {
            messages.append(ModelMessage(role, parts))
            return
        }
        // Two texts of their own stay two messages, as long as no call has to stay beside its results.
        if messages.last?.role == .assistant, lastSays, !lastCalls {
            messages.append(ModelMessage(.assistant, []))
        }
        add(parts, role: .assistant)
        lastSays = true
    }

    private mutating func reasoning(_ object: JSONObject) throws(APIError) {
        if let content = try object.string("encrypted_content"), let part = OpaqueReasoning.read(content) {
            add([.reasoning(part)], role: .assistant)
            return
        }
        var text = try ResponsesContent.text(of: object, field: "content")
        if text.isEmpty { text = try ResponsesContent.text(of: object, field: "summary") }
        if text.isEmpty {
            if object["encrypted_content"] != nil { hint("input.reasoning") }
            return
        }
        add([.reasoning(ReasoningPart(text: text))], role: .assistant)
    }

    private mutating func call(_ object: JSONObject, type: String) throws(APIError) {
        let name = try required("name", of: object)
        let function = tools.function(of: .init(namespace: try object.string("namespace"), name))
        let arguments =
            type == "function_call"
            ? try object.string("arguments") ?? ""
            : CustomTool.arguments(for: try object.string("input") ?? "")
        add(
            call: function, arguments: arguments.isEmpty ? "{}" : arguments,
            id: try required("call_id", of: object))
    }

    /// A call of another kind of tool that the client runs, like `local_shell_call`.
    private mutating func action(_ object: JSONObject, type: String) throws(APIError) {
        var arguments: [UInt8] = []
        arguments.append(json: object["action"] ?? object["operation"] ?? object["arguments"] ?? [:])
        add(
            call: tools.function(of: .init(String(type.dropLast("_call".count)))),
            arguments: String(decoding: arguments, as: UTF8.self), id: try required("call_id", of: object))
    }

    private mutating func add(call function: String, arguments: String, id: String) {
        callIDs.insert(id)
        add([.toolCall(ModelToolCall(id: id, name: function, arguments: arguments))], role: .assistant)
        lastCalls = true
    }

    private mutating func result(_ object: JSONObject) throws(APIError) {
        let id = try required("call_id", of: object)
        guard callIDs.contains(id) else {
            throw .invalidRequest(
                "'\(object.name(of: "call_id"))' answers no call of the input before it.",
                param: object.name(of: "call_id"))
        }
        let result = ModelToolResult(callID: id, parts: try ResponsesContent.output(of: object))
        add([.toolResult(result)], role: .tool)
    }

    private func required(_ field: String, of object: JSONObject) throws(APIError) -> String {
        guard let text = try object.string(field), !text.isEmpty else {
            throw .invalidRequest("'\(object.name(of: field))' is missing.", param: object.name(of: field))
        }
        return text
    }

    private mutating func add(_ parts: [MessagePart], role: ModelMessage.Role) {
        if messages.last?.role != role {
            messages.append(ModelMessage(role, []))
            (lastSays, lastCalls) = (false, false)
        }
        messages[messages.count - 1].parts += parts
    }
}
