internal import CodecMaps

/// Reads the body of `POST /v1/responses`.
package enum ResponsesRequestReader {
    /// Fields whose absence changes what a model is asked: another server's state.
    private static let unsupported = ["conversation", "prompt", "context_management"]
    /// Fields that have no place in a model's request, and that an answer can do without.
    private static let hints = ["max_tool_calls", "service_tier"]

    /// - Parameter canStore: whether the server keeps answers at all.
    package static func read(_ body: JSONObject, canStore: Bool = true) throws(APIError) -> ResponsesRequest {
        for field in unsupported where body[field] != nil { throw .unsupported(field) }
        let model = try body.string("model")
        let isBackground = try body.bool("background") ?? false
        let wantsStore = try body.bool("store")
        let isStored = canStore && wantsStore ?? true
        guard isStored || !isBackground else {
            throw .invalidRequest(
                "'background' needs a response that is stored.", param: "background")
        }
        var tools = ResponsesTools()
        try tools.add(try body.array("tools") ?? [], path: "tools")
        let reasoning = try body.object("reasoning")
        let include = (try body.array("include") ?? []).compactMap(\.string)
        var style = ResponsesStyle()
        style.tools = tools
        style.summarizesReasoning = reasoning?["summary"] != nil || reasoning?["generate_summary"] != nil
        style.includesOpaqueReasoning = include.contains("reasoning.encrypted_content")
        let previous = try body.string("previous_response_id")
        var options = ModelRequest(model: model, input: .messages([]))
        if wantsStore == true, !canStore { options.hints.append("store") }
        options.isStreamed = try body.bool("stream") ?? false
        options.maxTokens = try body.integer("max_output_tokens", in: 1...Int(Int32.max))
        options.parallelToolCalls = try body.bool("parallel_tool_calls")
        options.sampling.temperature = try body.number("temperature", in: 0...2)
        options.sampling.topP = try body.number("top_p", in: 0...1)
        options.textFormat = try textFormat(body, hints: &options.hints)
        if let effort = try reasoning?.string("effort") {
            options.reasoning = ReasoningOptions(effort: effort, isEnabled: effort == "none" ? false : nil)
        }
        let topLogprobs = try body.integer("top_logprobs", in: 0...20)
        if include.contains("message.output_text.logprobs") || (topLogprobs ?? 0) > 0 {
            options.topLogprobs = topLogprobs ?? 0
        }
        try checkTruncation(body, hints: &options.hints)
        _ = try body.object("metadata")
        for field in hints where body[field] != nil && body[field]?.string != "auto" {
            options.hints.append(field)
        }
        return ResponsesRequest(
            model: model, input: try input(body), previousResponseID: previous, isStored: isStored,
            isBackground: isBackground, isStreamed: options.isStreamed,
            echo: ResponsesEcho.write(body, isStored: isStored), style: style,
            instructions: try instructions(body), tools: tools, toolChoice: body["tool_choice"],
            options: options)
    }

    private static func instructions(_ body: JSONObject) throws(APIError) -> String? {
        guard let text = try body.string("instructions"), !text.isEmpty else { return nil }
        return text
    }

    private static func input(_ body: JSONObject) throws(APIError) -> [JSONValue] {
        switch body["input"] {
        case nil: return []
        case .string(let text)?:
            return [
                [
                    "type": "message", "role": "user",
                    "content": [["type": "input_text", "text": .string(text)]],
                ]
            ]
        case .array(let items)?:
            for (index, item) in items.enumerated() {
                guard case .object = item else { throw body.wrongType("input[\(index)]", item, "an object") }
            }
            return items
        case let value?: throw body.wrongType("input", value, "a string or an array")
        }
    }

    private static func textFormat(_ body: JSONObject, hints: inout [String]) throws(APIError) -> TextFormat?
    {
        guard let text = try body.object("text") else { return nil }
        if let verbosity = try text.string("verbosity"), verbosity != "medium" {
            hints.append("text.verbosity")
        }
        guard let format = try text.object("format") else { return nil }
        switch try format.string("type") {
        case "text", nil: return nil
        case "json_object": return .jsonObject
        case "json_schema":
            guard let schema = format["schema"] else {
                throw .invalidRequest("'text.format.schema' is missing.", param: "text.format.schema")
            }
            guard case .object = schema else { throw format.wrongType("schema", schema, "an object") }
            return .jsonSchema(
                name: try format.string("name"), schema: schema, isStrict: try format.bool("strict"))
        default:
            throw .invalidRequest(
                "'text.format.type' must be text, json_object or json_schema.", param: "text.format.type")
        }
    }

    private static func checkTruncation(_ body: JSONObject, hints: inout [String]) throws(APIError) {
        switch try body.string("truncation") {
        case nil, "disabled": break
        case "auto": hints.append("truncation")
        default: throw .invalidRequest("'truncation' must be auto or disabled.", param: "truncation")
        }
    }
}
