import CodecCore
import CodecMaps

/// The JSON body of a completion or chat request: OpenAI's fields, `stream_format`, `stream_options` and
/// `tool_watcher`.
struct CompletionBody {
    let options: CompletionOptions
    /// Nil asks for server-sent events with text.
    let format: FrameFormat?

    /// The endpoint that takes such a body.
    var path: String {
        if case .messages = options.prompt { "/v1/chat/completions" } else { "/v1/completions" }
    }

    /// - Throws: `invalidRequest` for a number that JSON has not, or a schema that is no JSON object.
    func json() throws(ClientError) -> [UInt8] {
        let temperature = try options.temperature.map { number throws(ClientError) in
            try Self.json(number, "temperature")
        }
        let topP = try options.topP.map { number throws(ClientError) in try Self.json(number, "topP") }
        for tool in options.tools {
            try Self.check(schema: tool.parameters, "the parameters of \(tool.name)")
        }
        try Self.check(schema: options.responseSchema, "the schema of the answer")
        var json = JSONWriter()
        json.object { json in
            write(options.prompt, to: &json)
            json.member("model", options.model)
            json.member("max_tokens", options.maxTokens)
            json.member("temperature", raw: temperature)
            json.member("top_p", raw: topP)
            json.member("seed", options.seed)
            if !options.stop.isEmpty { json.member("stop", options.stop) }
            json.key("stream")
            json.bool(true)
            json.member("stream_format", format?.name)
            if let milliseconds = options.flushMilliseconds {
                json.key("stream_options")
                json.object { $0.member("flush_ms", milliseconds) }
            }
            writeTools(to: &json)
        }
        return json.bytes
    }

    private func write(_ prompt: CompletionOptions.Prompt, to json: inout JSONWriter) {
        switch prompt {
        case .text(let text): json.member("prompt", text)
        case .ids(let ids):
            json.key("prompt")
            json.array { json in
                for id in ids { json.number(id) }
            }
        case .messages(let messages):
            json.key("messages")
            json.array { json in
                for message in messages { message.write(to: &json) }
            }
        }
    }

    private func writeTools(to json: inout JSONWriter) {
        if !options.tools.isEmpty {
            json.key("tools")
            json.array { json in
                for tool in options.tools { tool.write(to: &json) }
            }
        }
        options.toolChoice?.write(to: &json)
        if let schema = options.responseSchema {
            json.key("response_format")
            json.object { json in
                json.member("type", "json_schema")
                json.key("json_schema")
                json.object { json in
                    json.member("name", "answer")
                    json.member("schema", raw: schema)
                }
            }
        }
        if let markers = options.toolWatcher {
            json.key("tool_watcher")
            json.object { json in
                json.member("start", markers.start)
                json.member("end", markers.end)
            }
        }
    }

    private static func json(_ number: Double, _ name: String) throws(ClientError) -> String {
        guard number.isFinite else { throw ClientError(.invalidRequest, "\(name) is \(number)") }
        return "\(number)"
    }

    private static func check(schema: String?, _ name: String) throws(ClientError) {
        guard let schema else { return }
        guard case .object? = try? JSONValue(parsing: Array(schema.utf8)) else {
            throw ClientError(.invalidRequest, "\(name) is no JSON object")
        }
    }
}

extension JSONWriter {
    /// A member whose value is a number; nothing at all for nil.
    fileprivate mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        key(name)
        number(value)
    }

    /// A member whose value is JSON already; nothing at all for nil.
    fileprivate mutating func member(_ name: String, raw value: String?) {
        guard let value else { return }
        key(name)
        raw(value)
    }
}

extension CompletionOptions.Message {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("role", role)
            json.member("content", content)
            json.member("tool_call_id", toolCallID)
            guard !toolCalls.isEmpty else { return }
            json.key("tool_calls")
            json.array { json in
                for call in toolCalls {
                    json.object { json in
                        json.member("id", call.id)
                        json.member("type", "function")
                        json.key("function")
                        json.object { json in
                            json.member("name", call.name ?? "")
                            json.member("arguments", call.argumentsJSON)
                        }
                    }
                }
            }
        }
    }
}

extension CompletionOptions.Tool {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "function")
            json.key("function")
            json.object { json in
                json.member("name", name)
                json.member("description", description)
                json.member("parameters", raw: parameters)
            }
        }
    }
}

extension CompletionOptions.ToolChoice {
    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .automatic: json.member("tool_choice", "auto")
        case .never: json.member("tool_choice", "none")
        case .required: json.member("tool_choice", "required")
        case .tool(let name):
            json.key("tool_choice")
            json.object { json in
                json.member("type", "function")
                json.key("function")
                json.object { $0.member("name", name) }
            }
        }
    }
}
