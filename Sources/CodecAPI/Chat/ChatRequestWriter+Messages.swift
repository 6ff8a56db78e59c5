internal import CodecMaps

extension ChatRequestWriter {
    /// The conversation as the upstream takes it.
    mutating func messages(_ messages: [ModelMessage]) throws(APIError) -> [JSONValue] {
        var written: [JSONValue] = []
        for message in merged(withImagesBehindResults(messages)) {
            switch message.role {
            case .system, .developer, .user: written.append(try prompt(message))
            case .assistant: written.append(try assistant(message))
            case .tool: written += try results(message)
            }
        }
        return written
    }

    /// A tool's message holds text only: the images of results follow in a message of the user.
    private mutating func withImagesBehindResults(_ messages: [ModelMessage]) -> [ModelMessage] {
        var all: [ModelMessage] = []
        var heldBack: [MessagePart] = []
        for message in messages {
            if message.role != .tool, !heldBack.isEmpty {
                all.append(ModelMessage(.user, heldBack))
                heldBack = []
            }
            all.append(message)
            guard message.role == .tool else { continue }
            for case .toolResult(let result) in message.parts {
                let images = result.parts.filter { if case .image = $0 { true } else { false } }
                guard !images.isEmpty else { continue }
                heldBack.append(.text("Images in the result of \(result.callID):"))
                heldBack += images
                degradations.append("tool-images-as-message")
            }
        }
        if !heldBack.isEmpty { all.append(ModelMessage(.user, heldBack)) }
        return all
    }

    /// An assistant's texts and calls of one turn are one message, since the results must follow the message that holds
    /// all calls; a template wants other turns whole, too.
    private func merged(_ messages: [ModelMessage]) -> [ModelMessage] {
        var merged: [ModelMessage] = []
        for var message in messages {
            if traits.hasTemplate, message.role == .developer { message.role = .system }
            let isMergeable = message.role == .assistant || traits.hasTemplate && message.role != .tool
            if isMergeable, let last = merged.last, last.role == message.role, last.name == message.name {
                // Two texts that were written apart stay apart.
                if message.role != .assistant { merged[merged.count - 1].parts.append(.text("\n\n")) }
                merged[merged.count - 1].parts += message.parts
            } else {
                merged.append(message)
            }
        }
        return merged
    }

    private func head(_ message: ModelMessage) -> JSONValue {
        var head: JSONValue = ["role": .string(message.role.rawValue)]
        head.set("name", message.name.map { .string($0) })
        return head
    }

    private func prompt(_ message: ModelMessage) throws(APIError) -> JSONValue {
        var value = head(message)
        if message.parts.allSatisfy({ if case .text = $0 { true } else { false } }) {
            // One text is what every server takes.
            value.set("content", .string(message.text))
        } else {
            var parts: [JSONValue] = []
            for part in message.parts { parts.append(try self.part(part)) }
            value.set("content", .array(parts))
        }
        return value
    }

    /// A part of what a user says.
    private func part(_ part: MessagePart) throws(APIError) -> JSONValue {
        switch part {
        case .text(let text), .refusal(let text): return ["type": "text", "text": .string(text)]
        case .image(let image):
            var value: JSONValue = ["url": .string(image.url)]
            value.set("detail", image.detail.map { .string($0) })
            return ["type": "image_url", "image_url": value]
        case .file(let file):
            guard file.url.hasPrefix("data:") else {
                throw .invalidRequest(
                    "A file by its address cannot be passed on: this model's server takes its data only.",
                    param: "messages", code: "unsupported_value")
            }
            var value: JSONValue = ["file_data": .string(file.url)]
            value.set("filename", .string(file.name ?? "file"))
            return ["type": "file", "file": value]
        case .reasoning, .toolCall, .toolResult:
            throw .invalidRequest("Only an assistant thinks and calls tools.", param: "messages")
        }
    }

    private mutating func assistant(_ message: ModelMessage) throws(APIError) -> JSONValue {
        var content = ""
        var refusal = ""
        var thoughts = ""
        var calls: [JSONValue] = []
        for part in message.parts {
            switch part {
            case .text(let text): content += text
            case .refusal(let text): if traits.hasTemplate { content += text } else { refusal += text }
            case .reasoning(let thought):
                thoughts += thought.text
                if thought.redacted != nil { degradations.append("redacted-thinking-left-out") }
            case .toolCall(let call):
                calls.append([
                    "id": .string(call.id), "type": "function",
                    "function": [
                        "name": .string(call.name),
                        "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
                    ],
                ])
            case .image, .file, .toolResult:
                throw .invalidRequest(
                    "An assistant's message cannot hold images, files or results for this model's server.",
                    param: "messages", code: "unsupported_value")
            }
        }
        var value = head(message)
        let isSilent = content.isEmpty && (!calls.isEmpty || !refusal.isEmpty)
        value.set("content", isSilent ? .null : .string(content))
        if !refusal.isEmpty { value.set("refusal", .string(refusal)) }
        if !thoughts.isEmpty {
            if traits.reasoningFields.isEmpty { degradations.append("thinking-left-out") }
            for field in traits.reasoningFields { value.set(field, .string(thoughts)) }
        }
        if !calls.isEmpty { value.set("tool_calls", .array(calls)) }
        return value
    }

    /// A message for each result.
    private mutating func results(_ message: ModelMessage) throws(APIError) -> [JSONValue] {
        var written: [JSONValue] = []
        for part in message.parts {
            guard case .toolResult(let result) = part else {
                throw .invalidRequest("A tool's message holds results only.", param: "messages")
            }
            var text = ""
            for part in result.parts {
                switch part {
                case .text(let more): text += more
                case .image: continue
                default:
                    throw .invalidRequest(
                        "A tool's result can hold texts and images only for this model's server.",
                        param: "messages", code: "unsupported_value")
                }
            }
            if text.isEmpty, !result.parts.isEmpty { text = "The images that follow." }
            if result.isError { degradations.append("tool-error-as-result") }
            written.append([
                "role": "tool", "tool_call_id": .string(result.callID), "content": .string(text),
            ])
        }
        return written
    }
}
