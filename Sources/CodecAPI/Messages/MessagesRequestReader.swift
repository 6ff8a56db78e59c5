internal import CodecMaps
package import HTTPTypes

/// Reads bodies of Anthropic's `POST /v1/messages` and `/v1/messages/count_tokens`.
package struct MessagesRequestReader {
    package enum Purpose: Sendable {
        case answer, count
    }

    /// The headers that belong to a request and go on with it.
    private static let headers = ["anthropic-beta", "anthropic-version"].compactMap {
        HTTPField.Name($0)
    }

    /// Fields without which an answer is the same to whoever reads it.
    private static let hints = ["cache_control", "inference_geo", "metadata", "service_tier", "speed"]

    /// - Parameter headers: the request's; of these `anthropic-beta` and `anthropic-version` are kept.
    /// - Throws: 400 with the field that is wrong.
    package static func read(
        _ body: [UInt8], headers: HTTPFields = [:], for purpose: Purpose = .answer
    ) throws(APIError) -> ModelRequest {
        let document = try JSONObject.document(of: body)
        let fields = try JSONObject(document: document)
        guard fields["thread"] == nil else { throw .unsupportedThread }
        var content = MessagesContentReader()
        var messages: [ModelMessage] = []
        let system = try content.system(fields)
        if !system.isEmpty { messages.append(ModelMessage(.system, system)) }
        messages += try content.messages(fields)
        var request = ModelRequest(model: try fields.string("model"), input: .messages(messages))
        request.maxTokens = try fields.integer("max_tokens", in: 0...Int(Int32.max))
        if purpose == .answer, request.maxTokens == nil {
            throw .invalidRequest("'max_tokens' is missing.", param: "max_tokens")
        }
        let isStreamed = try fields.bool("stream") ?? false
        request.isStreamed = isStreamed && purpose == .answer
        request.sampling.temperature = try fields.number("temperature", in: 0...2)
        request.sampling.topP = try fields.number("top_p", in: 0...1)
        request.sampling.topK = try fields.integer("top_k", in: 0...Int(Int32.max))
        request.stop = try stop(fields)
        request.nativeFields =
            content.nativeFields + ["container", "mcp_servers"].filter { fields[$0] != nil }
        request.hints = Self.hints.filter { fields[$0] != nil }
        try readTools(fields, into: &request)
        try readThinking(fields, into: &request)
        var kept: HTTPFields = [:]
        for name in Self.headers { kept[name] = headers[name] }
        request.original = OriginalRequest(.messages, document, headers: kept)
        return request
    }

    private static func stop(_ fields: JSONObject) throws(APIError) -> [String] {
        var texts: [String] = []
        for value in try fields.array("stop_sequences") ?? [] {
            guard let text = value.string, !text.isEmpty else {
                throw .invalidRequest(
                    "'stop_sequences' must be texts that are not empty.", param: "stop_sequences")
            }
            texts.append(text)
        }
        return texts
    }

    private static func readTools(_ fields: JSONObject, into request: inout ModelRequest) throws(APIError) {
        for (index, value) in (try fields.array("tools") ?? []).enumerated() {
            let tool = try JSONObject(value, name: "tools[\(index)]")
            let type = try tool.string("type") ?? "custom"
            guard type == "custom" else {
                request.tools.append(ModelTool(name: try tool.string("name") ?? type, kind: .hosted(value)))
                continue
            }
            guard case .object? = tool["input_schema"], let schema = tool["input_schema"] else {
                throw .invalidRequest(
                    "'\(tool.name(of: "input_schema"))' must be an object.",
                    param: tool.name(of: "input_schema"))
            }
            request.tools.append(
                ModelTool(
                    name: try tool.required("name"), description: try tool.string("description"),
                    kind: .function(parameters: schema, isStrict: try tool.bool("strict"))))
        }
        guard let choice = try fields.object("tool_choice") else { return }
        switch try choice.required("type") {
        case "auto": request.toolChoice = .automatic
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = .never
        case "tool": request.toolChoice = .tool(name: try choice.required("name"))
        case let type:
            throw .invalidRequest("There is no tool choice '\(type.prefix(100))'.", param: "tool_choice.type")
        }
        request.parallelToolCalls = try choice.bool("disable_parallel_tool_use").map { !$0 }
    }

    private static func readThinking(_ fields: JSONObject, into request: inout ModelRequest) throws(APIError)
    {
        let output = try fields.object("output_config")
        var options = ReasoningOptions(effort: try output?.string("effort"))
        if let thinking = try fields.object("thinking") {
            switch try thinking.required("type") {
            case "enabled":
                options.isEnabled = true
                options.budget = try thinking.integer("budget_tokens", in: 1...Int(Int32.max))
            case "adaptive": options.isEnabled = true
            case "disabled": options.isEnabled = false
            default: request.nativeFields.append("thinking.type")
            }
        }
        if options != ReasoningOptions() { request.reasoning = options }
        // The same format, by the name that it had first.
        let early = try fields.object("output_format")
        guard let format = try output?.object("format") ?? early else { return }
        guard try format.required("type") == "json_schema", let schema = format["schema"] else {
            throw .invalidRequest(
                "'\(format.name(of: "type"))' must be 'json_schema', with a 'schema'.",
                param: format.name(of: "type"))
        }
        request.textFormat = .jsonSchema(name: nil, schema: schema, isStrict: true)
    }
}

extension JSONObject {
    /// A string that has to be there.
    func required(_ field: String) throws(APIError) -> String {
        guard let text = try string(field) else {
            throw .invalidRequest("'\(name(of: field))' is missing.", param: name(of: field))
        }
        return text
    }
}

extension APIError {
    /// A code that a client of this API knows: it sends the whole conversation then, as a server without threads needs it.
    static let unsupportedThreadCode = "thread_unsupported_request"

    fileprivate static let unsupportedThread = APIError.invalidRequest(
        "This server keeps no message threads.", param: "thread", code: unsupportedThreadCode)
}
