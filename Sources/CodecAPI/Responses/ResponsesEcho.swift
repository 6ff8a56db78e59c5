internal import CodecMaps

/// What answers repeat of a request's fields.
enum ResponsesEcho {
    /// Each field with what stands there where the request does not say.
    private static let fields: [(name: String, otherwise: JSONValue)] = [
        ("background", false), ("instructions", .null), ("max_output_tokens", .null),
        ("max_tool_calls", .null),
        ("parallel_tool_calls", true), ("previous_response_id", .null), ("prompt_cache_key", .null),
        ("reasoning", ["effort": .null, "summary": .null]), ("safety_identifier", .null),
        ("service_tier", .null),
        ("temperature", .null), ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"),
        ("tools", []),
        ("top_logprobs", 0), ("top_p", .null), ("truncation", "disabled"), ("user", .null), ("metadata", [:]),
    ]

    /// Members of a JSON object, without braces.
    static func write(_ body: JSONObject, isStored: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.append(json: #""store":"#)
        output.append(json: .bool(isStored))
        for (name, otherwise) in fields {
            output.append(json: ",")
            output.append(jsonString: name)
            output.append(json: ":")
            output.append(json: body[name] ?? otherwise)
        }
        return output
    }
}
