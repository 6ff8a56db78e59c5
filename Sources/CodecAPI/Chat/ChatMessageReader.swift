internal import CodecMaps

/// Reads one of the messages of a chat request.
struct ChatMessageReader {
    private let object: JSONObject
    /// What the message holds that only servers of this API know.
    private(set) var nativeFields: [String] = []

    init(_ object: JSONObject) { self.object = object }

    mutating func read() throws(APIError) -> ModelMessage {
        let role = try role()
        var message = ModelMessage(role, [], name: try object.string("name"))
        switch role {
        case .assistant: message.parts = try assistantParts()
        case .tool:
            message.parts = [
                .toolResult(
                    ModelToolResult(
                        callID: try required("tool_call_id", of: object),
                        parts: try content(allowing: ["text", "image_url"])))
            ]
        case .user: message.parts = try content(allowing: ["text", "image_url", "file", "input_audio"])
        case .system, .developer: message.parts = try content(allowing: ["text"])
        }
        return message
    }

    private func role() throws(APIError) -> ModelMessage.Role {
        let name = try required("role", of: object)
        guard let role = ModelMessage.Role(rawValue: name) else {
            throw .invalidRequest(
                "'\(object.name(of: "role"))' must be system, developer, user, assistant or tool.",
                param: object.name(of: "role"), code: "unsupported_value")
        }
        return role
    }

    // MARK: - Parts

    private mutating func assistantParts() throws(APIError) -> [MessagePart] {
        var parts: [MessagePart] = []
        // Servers and clients call an assistant's earlier thoughts by either name.
        for field in ["reasoning_content", "reasoning"] {
            guard let text = try object.string(field), !text.isEmpty else { continue }
            parts.append(.reasoning(ReasoningPart(text: text)))
            break
        }
        let calls = try toolCalls()
        let refusal = try object.string("refusal")
        for field in ["audio", "function_call"] where object[field] != nil {
            nativeFields.append(object.name(of: field))
        }
        if object["content"] != nil || calls.isEmpty && refusal == nil && nativeFields.isEmpty {
            parts += try content(allowing: ["text", "refusal"])
        }
        if let refusal { parts.append(.refusal(refusal)) }
        return parts + calls
    }

    private mutating func content(allowing types: [String]) throws(APIError) -> [MessagePart] {
        let name = object.name(of: "content")
        guard let value = object["content"] else {
            throw .invalidRequest("'\(name)' is required.", param: name, code: "missing_required_parameter")
        }
        switch value {
        case .string(let text): return [.text(text)]
        case .array(let elements):
            var parts: [MessagePart] = []
            for (index, element) in elements.enumerated() {
                let part = try JSONObject(element, name: "\(name)[\(index)]")
                if let part = try self.part(part, allowing: types) { parts.append(part) }
            }
            return parts
        default: throw object.wrongType("content", value, "a string or an array of parts")
        }
    }

    /// - Returns: nil for what has no other form.
    private mutating func part(_ part: JSONObject, allowing types: [String]) throws(APIError) -> MessagePart?
    {
        let type = try part.string("type") ?? ""
        guard types.contains(type) else {
            let expected = types.map { "\"\($0)\"" }.joined(separator: ", ")
            throw .invalidRequest(
                "'\(part.name(of: "type"))' must be one of \(expected) here.", param: part.name(of: "type"),
                code: "unsupported_value")
        }
        switch type {
        case "text": return .text(try required("text", of: part))
        case "refusal": return .refusal(try required("refusal", of: part))
        case "image_url":
            let image = try inner("image_url", of: part)
            return .image(
                ImagePart(url: try required("url", of: image), detail: try image.string("detail")))
        case "file":
            let file = try inner("file", of: part)
            guard let data = try file.string("file_data") else {
                nativeFields.append(part.name(of: "file"))
                return nil
            }
            return .file(FilePart(name: try file.string("filename"), url: data))
        default:
            nativeFields.append(part.name(of: type))
            return nil
        }
    }

    // MARK: - Calls

    private func toolCalls() throws(APIError) -> [MessagePart] {
        var calls: [MessagePart] = []
        for (index, element) in (try object.array("tool_calls") ?? []).enumerated() {
            let call = try JSONObject(element, name: "\(object.name(of: "tool_calls"))[\(index)]")
            let isCustom = try call.string("type") == "custom"
            let tool = try inner(isCustom ? "custom" : "function", of: call)
            let arguments =
                isCustom
                ? CustomTool.arguments(for: try required("input", of: tool))
                : try tool.string("arguments") ?? "{}"
            calls.append(
                .toolCall(
                    ModelToolCall(
                        id: try required("id", of: call), name: try required("name", of: tool),
                        arguments: arguments)))
        }
        return calls
    }

    private func inner(_ field: String, of object: JSONObject) throws(APIError) -> JSONObject {
        guard let value = try object.object(field) else { throw missing(field, of: object) }
        return value
    }

    private func required(_ field: String, of object: JSONObject) throws(APIError) -> String {
        guard let value = try object.string(field) else { throw missing(field, of: object) }
        return value
    }

    private func missing(_ field: String, of object: JSONObject) -> APIError {
        .invalidRequest(
            "'\(object.name(of: field))' is required.", param: object.name(of: field),
            code: "missing_required_parameter")
    }
}
