internal import CodecMaps

/// Content blocks of this API, made from message parts.
struct MessagesBlocks {
    private(set) var degradations: Set<MessagesDegradation> = []

    /// The block of a part; nil where nothing is left to send, as this API refuses blank texts.
    /// - Parameter field: what the part is called in errors.
    /// - Throws: 400 for what has no place in this API.
    mutating func block(_ part: MessagePart, field: String) throws(APIError) -> JSONValue? {
        switch part {
        case .text(let text), .refusal(let text):
            guard text.contains(where: { !$0.isWhitespace }) else { return nil }
            return .members(["type": .string("text"), "text": .string(text)])
        case .image(let image):
            if let detail = image.detail, detail != "auto" { degradations.insert(.imageDetailDropped) }
            return .members(["type": .string("image"), "source": try imageSource(image.url, field: field)])
        case .file(let file):
            return .members([
                "type": .string("document"), "source": try documentSource(file.url, field: field),
                "title": file.name.map(JSONValue.string),
            ])
        case .reasoning(let reasoning): return block(reasoning)
        case .toolCall(let call):
            return .members([
                "type": .string("tool_use"), "id": .string(Self.plain(id: call.id)),
                "name": .string(call.name),
                "input": input(call.arguments),
            ])
        case .toolResult(let result): return try block(result, field: field)
        }
    }

    private mutating func block(_ reasoning: ReasoningPart) -> JSONValue? {
        if let redacted = reasoning.redacted {
            return .members(["type": .string("redacted_thinking"), "data": .string(redacted)])
        }
        guard let signature = reasoning.signature, !signature.isEmpty else {
            if !reasoning.text.isEmpty { degradations.insert(.reasoningDropped) }
            return nil
        }
        return .members([
            "type": .string("thinking"), "thinking": .string(reasoning.text), "signature": .string(signature),
        ])
    }

    private mutating func block(_ result: ModelToolResult, field: String) throws(APIError) -> JSONValue {
        var content: [JSONValue] = []
        for part in result.parts {
            if let block = try block(part, field: field) { content.append(block) }
        }
        return .members([
            "type": .string("tool_result"), "tool_use_id": .string(Self.plain(id: result.callID)),
            "content": content.isEmpty ? nil : .array(content),
            "is_error": result.isError ? .bool(true) : nil,
        ])
    }

    /// A call's arguments as the object that this API wants.
    private mutating func input(_ arguments: String) -> JSONValue {
        if MessagesInput.object(arguments) == nil { degradations.insert(.argumentsWrapped) }
        return MessagesInput.value(arguments)
    }

    /// The id with whatever this API does not take in it spelled in hexadecimal digits.
    private static func plain(id: String) -> String {
        var plain = ""
        for byte in id.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F:
                plain.unicodeScalars.append(Unicode.Scalar(byte))
            default: plain += "-" + String(byte, radix: 16)
            }
        }
        return plain.isEmpty ? "-" : plain
    }

    private func imageSource(_ url: String, field: String) throws(APIError) -> JSONValue {
        if let data = DataURL(url) { return .base64Source(data) }
        return try urlSource(url, field: field)
    }

    private func documentSource(_ url: String, field: String) throws(APIError) -> JSONValue {
        guard let data = DataURL(url) else { return try urlSource(url, field: field) }
        if data.mediaType == "application/pdf" { return .base64Source(data) }
        guard data.mediaType.hasPrefix("text/") else {
            throw .invalidRequest(
                "'\(field)' has a file of the type \(data.mediaType.prefix(100)); the model's server takes PDF and text.",
                param: field, code: "unsupported_parameter")
        }
        var bytes: [UInt8] = []
        guard Base64.decode(Array(data.base64.utf8), into: &bytes),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .invalidRequest("'\(field)' has a file that is no text in base64.", param: field) }
        return .members([
            "type": .string("text"), "media_type": .string("text/plain"), "data": .string(text),
        ])
    }

    private func urlSource(_ url: String, field: String) throws(APIError) -> JSONValue {
        let scheme = url.prefix(8).lowercased()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else {
            throw .invalidRequest(
                "'\(field)' has an address that is neither http, https nor data with base64.", param: field)
        }
        return .members(["type": .string("url"), "url": .string(url)])
    }
}

extension JSONValue {
    fileprivate static func base64Source(_ data: DataURL) -> JSONValue {
        .members([
            "type": .string("base64"), "media_type": .string(data.mediaType), "data": .string(data.base64),
        ])
    }
}
