internal import CodecCore
package import CodecMaps

/// A model's chat template: the Jinja program in its metadata that writes messages as a prompt.
///
/// Runs the part of the language that chat templates use. The renderer keeps apart what the template wrote and what
/// came in a message or a tool's description, so that none of these can spell a special token.
package struct ChatTemplate: Sendable {
    private let parsed: Result<[TemplateStatement], TemplateError>
    private let variables: [String: TemplateValue]
    /// Writes tools into messages where the template has no place for them.
    private let toolPrompt: ToolPrompt?

    /// - Parameters:
    ///   - source: The template.
    ///   - beginning: How the vocabulary spells its begin-of-sequence token, if it has one.
    ///   - end: How it spells its end-of-sequence token.
    ///   - toolCalling: How the model writes tool calls, if that is known.
    package init(
        _ source: String, beginning: String? = nil, end: String? = nil, toolCalling: ToolCalling? = nil
    ) {
        toolPrompt = source.contains("tools") ? nil : ToolPrompt(toolCalling)
        parsed = Result { () throws(TemplateError) in try TemplateParser.parse(source) }
        variables = [
            "bos_token": beginning.map(TemplateValue.own) ?? .own(""),
            "eos_token": end.map(TemplateValue.own) ?? .own(""),
            "add_generation_prompt": .bool(true),
        ]
    }

    /// The prompt that asks for the next message of the assistant.
    /// - Throws: `invalidRequest` when the template refuses the messages or needs more of the language.
    func render(
        _ messages: [ChatMessage], tools: [ToolDefinition] = []
    ) throws(EngineError) -> [Tokenizer.Segment] {
        guard !messages.isEmpty else {
            throw EngineError(.invalidRequest, "There are no messages.", parameter: "messages")
        }
        var variables = variables
        if let toolPrompt {
            variables["messages"] = .list(try toolPrompt.messages(messages, tools))
        } else {
            variables["messages"] = .list(messages.map(Self.value))
        }
        if !tools.isEmpty { variables["tools"] = .list(tools.map { TemplateValue($0.document) }) }
        var renderer = TemplateRenderer(variables: variables)
        do throws(TemplateError) {
            try renderer.run(try parsed.get())
        } catch {
            throw EngineError(.invalidRequest, Self.explain(error), parameter: "messages")
        }
        return renderer.output.segments
    }

    private static func value(_ message: ChatMessage) -> TemplateValue {
        var fields: TemplateFields = ["role": .message(message.role), "content": .message(message.content)]
        if let id = message.toolCallID { fields.append("tool_call_id", .message(id)) }
        if let name = message.toolName { fields.append("name", .message(name)) }
        if !message.toolCalls.isEmpty {
            fields.append("tool_calls", .list(message.toolCalls.map(Self.value)))
        }
        return .map(fields)
    }

    /// A call in OpenAI's shape, but with its arguments as a value where they are JSON: templates write them.
    private static func value(_ call: ToolCall) -> TemplateValue {
        let json = try? JSONValue(parsing: Array(call.argumentsJSON.utf8))
        var fields: TemplateFields = ["type": .own("function")]
        if let id = call.id { fields.append("id", .message(id)) }
        fields.append(
            "function",
            .map([
                "name": .message(call.name ?? ""),
                "arguments": json.map(TemplateValue.init) ?? .message(call.argumentsJSON),
            ]))
        return .map(fields)
    }

    private static func explain(_ error: TemplateError) -> String {
        switch error {
        case .refused(let reason):
            "The model's chat template refuses the messages: \(reason)"
        case .unsupported(let what):
            "The model's chat template uses what is not supported here (\(what)); send a prompt instead."
        }
    }
}
