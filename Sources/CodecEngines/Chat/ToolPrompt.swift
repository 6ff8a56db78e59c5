internal import CodecCore
internal import CodecMaps

/// Tools for a model whose chat template has no place for them: described in the system's message, calls written
/// between the model's markers, results as messages of the user.
struct ToolPrompt: Sendable {
    private let calling: ToolCalling?

    /// - Parameter calling: nil when it is not known how the model writes calls: then there can be no tools.
    init(_ calling: ToolCalling?) {
        self.calling = calling
    }

    /// The messages as a template without tools takes them.
    /// - Throws: `invalidRequest` for tools or calls that the model has no way to write.
    func messages(
        _ messages: [ChatMessage], _ tools: [ToolDefinition]
    ) throws(EngineError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for message in messages { values.append(try value(message)) }
        guard !tools.isEmpty else { return values }
        let description = try self.description(of: tools)
        guard messages.first?.role == "system", let first = messages.first else {
            return [Self.message("system", TemplateText(description, specials: .plain))] + values
        }
        values[0] = Self.message(
            "system", TemplateText(first.content + "\n\n" + description, specials: .plain))
        return values
    }

    private func value(_ message: ChatMessage) throws(EngineError) -> TemplateValue {
        var content = TemplateText(message.content, specials: .plain)
        guard message.role != "tool" else {
            let name = message.toolName.map { " of \($0)" } ?? ""
            return Self.message(
                "user", TemplateText("The result\(name):\n\(message.content)", specials: .plain))
        }
        for call in message.toolCalls {
            let calling = try known()
            content += TemplateText(calling.startMarker, specials: .parse)
            content += TemplateText(Self.json(call), specials: .plain)
            content += TemplateText(calling.endMarker, specials: .parse)
        }
        return Self.message(message.role, content)
    }

    private func description(of tools: [ToolDefinition]) throws(EngineError) -> String {
        let calling = try known()
        var text = "You can use tools. Each is described by a line of JSON:\n"
        for tool in tools {
            // A tool's document has a JSON form always.
            guard let json = try? TemplateJSON(TemplateValue(tool.document), indent: nil) else { continue }
            text += json.text + "\n"
        }
        return text + "To use one, write \(calling.startMarker){\"name\": its name, \"arguments\": an object}"
            + "\(calling.endMarker) and wait for its result."
    }

    private func known() throws(EngineError) -> ToolCalling {
        guard let calling else {
            throw EngineError(
                .invalidRequest,
                "It is not known how this model calls tools; send none, or start its server with --tool-markers.",
                parameter: "tools")
        }
        return calling
    }

    private static func message(_ role: String, _ content: TemplateText) -> TemplateValue {
        .map(["role": .message(role), "content": .text(content)])
    }

    private static func json(_ call: ToolCall) -> String {
        var name = JSONWriter()
        name.string(call.name ?? "")
        return
            "{\"name\": \(String(decoding: name.bytes, as: UTF8.self)), \"arguments\": \(call.argumentsJSON)}"
    }
}
