internal import CodecMaps

/// Reads the content of messages, blocks of this API, as message parts.
struct MessagesContentReader {
    /// Full names of blocks that have no form but this API's own.
    private(set) var nativeFields: [String] = []

    mutating func system(_ fields: JSONObject) throws(APIError) -> [MessagePart] {
        guard let value = fields["system"] else { return [] }
        return try parts(value, name: "system")
    }

    mutating func messages(_ fields: JSONObject) throws(APIError) -> [ModelMessage] {
        guard let values = try fields.array("messages"), !values.isEmpty else {
            throw .invalidRequest("'messages' must have one message at least.", param: "messages")
        }
        var messages: [ModelMessage] = []
        for (index, value) in values.enumerated() {
            let message = try JSONObject(value, name: "messages[\(index)]")
            let role: ModelMessage.Role
            switch try message.required("role") {
            case "user": role = .user
            case "assistant": role = .assistant
            case "system": role = .system
            case let name:
                throw .invalidRequest(
                    "There is no role '\(name.prefix(100))'; there are user, assistant and system.",
                    param: message.name(of: "role"))
            }
            let field = message.name(of: "content")
            guard let content = message["content"] else {
                throw .invalidRequest("'\(field)' is missing.", param: field)
            }
            messages += Self.split(try parts(content, name: field), role: role)
        }
        return messages
    }

    /// Results of tools, which this API has in the user's messages, are messages of their own elsewhere.
    private static func split(_ parts: [MessagePart], role: ModelMessage.Role) -> [ModelMessage] {
        var messages: [ModelMessage] = []
        for part in parts {
            var own = role
            if case .toolResult = part { own = .tool }
            if messages.last?.role == own {
                messages[messages.index(before: messages.endIndex)].parts.append(part)
            } else {
                messages.append(ModelMessage(own, [part]))
            }
        }
        return messages.isEmpty ? [ModelMessage(role, [])] : messages
    }

    /// A text, or an array of blocks.
    private mutating func parts(_ value: JSONValue, name: String) throws(APIError) -> [MessagePart] {
        switch value {
        case .string(let text): return [.text(text)]
        case .array(let blocks):
            var parts: [MessagePart] = []
            for (index, block) in blocks.enumerated() {
                parts += try self.parts(block: try JSONObject(block, name: "\(name)[\(index)]"))
            }
            return parts
        default:
            throw .invalidRequest("'\(name)' must be a string or an array, not \(value.kind).", param: name)
        }
    }

    private mutating func parts(block: JSONObject) throws(APIError) -> [MessagePart] {
        switch try block.required("type") {
        case "text": return [.text(try block.required("text"))]
        case "image": return try image(block)
        case "document": return try document(block)
        case "thinking":
            let signature = try block.string("signature")
            return [
                .reasoning(
                    ReasoningPart(
                        text: try block.required("thinking"), signature: signature == "" ? nil : signature))
            ]
        case "redacted_thinking":
            return [.reasoning(ReasoningPart(text: "", redacted: try block.required("data")))]
        case "tool_use":
            let input = block["input"] ?? .object([])
            guard case .object = input else { throw block.wrongType("input", input, "an object") }
            return [
                .toolCall(
                    ModelToolCall(
                        id: try block.required("id"), name: try block.required("name"), arguments: input.json)
                )
            ]
        case "tool_result":
            let name = block.name(of: "content")
            return [
                .toolResult(
                    ModelToolResult(
                        callID: try block.required("tool_use_id"),
                        parts: try block["content"].map { (value) throws(APIError) in
                            try parts(value, name: name)
                        } ?? [],
                        isError: try block.bool("is_error") ?? false))
            ]
        default:
            nativeFields.append(block.name(of: "type"))
            return []
        }
    }

    private mutating func image(_ block: JSONObject) throws(APIError) -> [MessagePart] {
        let source = try self.source(of: block)
        switch try source.required("type") {
        case "base64": return [.image(ImagePart(url: try Self.dataURL(source)))]
        case "url": return [.image(ImagePart(url: try source.required("url")))]
        default:
            nativeFields.append(source.name(of: "type"))
            return []
        }
    }

    private mutating func document(_ block: JSONObject) throws(APIError) -> [MessagePart] {
        if try block.object("citations")?.bool("enabled") == true {
            nativeFields.append(block.name(of: "citations"))
        }
        let title = try block.string("title")
        let context = try block.string("context").map { [MessagePart.text($0)] } ?? []
        let source = try self.source(of: block)
        switch try source.required("type") {
        case "base64": return context + [.file(FilePart(name: title, url: try Self.dataURL(source)))]
        case "url": return context + [.file(FilePart(name: title, url: try source.required("url")))]
        case "text":
            return context + (title.map { [.text($0)] } ?? []) + [.text(try source.required("data"))]
        case "content":
            guard let content = source["content"] else {
                throw .invalidRequest(
                    "'\(source.name(of: "content"))' is missing.", param: source.name(of: "content"))
            }
            return try context + (title.map { [.text($0)] } ?? [])
                + parts(content, name: source.name(of: "content"))
        default:
            nativeFields.append(source.name(of: "type"))
            return []
        }
    }

    private func source(of block: JSONObject) throws(APIError) -> JSONObject {
        guard let source = try block.object("source") else {
            throw .invalidRequest(
                "'\(block.name(of: "source"))' is missing.", param: block.name(of: "source"))
        }
        return source
    }

    private static func dataURL(_ source: JSONObject) throws(APIError) -> String {
        DataURL(mediaType: try source.required("media_type"), base64: try source.required("data")).text
    }
}
