internal import CodecMaps

/// Reads `tool_choice`.
enum ResponsesToolChoice {
    /// - Returns: nil where there is nothing to choose from.
    static func read(_ value: JSONValue?, tools: inout ResponsesTools) throws(APIError) -> ToolChoice? {
        guard let value else { return nil }
        if let word = value.string {
            switch word {
            case "auto": return tools.functions.isEmpty ? nil : .automatic
            case "none": return tools.functions.isEmpty ? nil : .never
            case "required":
                guard !tools.functions.isEmpty else {
                    throw wrong("asks for a call, but no tool can be called")
                }
                return .required
            default: throw wrong("must be none, auto, required or an object")
            }
        }
        let object = try JSONObject(value, name: "tool_choice")
        switch try object.string("type") {
        case "function", "custom": return .tool(name: try function(object, tools: &tools))
        case "allowed_tools":
            var names: [String] = []
            for (index, tool) in (try object.array("tools") ?? []).enumerated() {
                let tool = try JSONObject(tool, name: "tool_choice.tools[\(index)]")
                // Tools that are not functions were left out of the tools as well.
                guard ["function", "custom"].contains(try tool.string("type") ?? "function") else { continue }
                names.append(try function(tool, tools: &tools))
            }
            let mode = try object.string("mode") ?? "auto"
            guard ["auto", "required"].contains(mode) else {
                throw .invalidRequest(
                    "'tool_choice.mode' must be auto or required.", param: "tool_choice.mode")
            }
            return .allowed(names: names, isRequired: mode == "required")
        default: throw wrong("names a tool that no model's server behind this one runs")
        }
    }

    private static func function(_ object: JSONObject, tools: inout ResponsesTools) throws(APIError) -> String
    {
        guard let name = try object.string("name"),
            let function = tools.declaredFunction(name, namespace: try object.string("namespace"))
        else { throw wrong("names a tool that is not among 'tools'") }
        return function
    }

    private static func wrong(_ what: String) -> APIError {
        .invalidRequest("'tool_choice' \(what).", param: "tool_choice")
    }
}
