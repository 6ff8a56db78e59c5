internal import CodecMaps

/// A request's tools as this API has them.
struct MessagesTools {
    private(set) var tools: JSONValue?
    private(set) var choice: JSONValue?
    /// Whether the model has to call a tool, which excludes thinking.
    private(set) var isForced = false

    /// - Throws: 400 when a tool is one that only servers of another API run, and when the model has to call one that
    ///   is not there.
    init(_ request: ModelRequest) throws(APIError) {
        var names: Set<String> = []
        var values: [JSONValue] = []
        for tool in request.tools {
            guard case .function(let parameters, let isStrict) = tool.kind else {
                throw .unsupportedUpstream("tools")
            }
            if case .allowed(let allowed, _) = request.toolChoice, !allowed.contains(tool.name) { continue }
            names.insert(tool.name)
            values.append(
                .members([
                    "name": .string(tool.name), "description": tool.description.map(JSONValue.string),
                    "input_schema": Self.schema(parameters), "strict": isStrict == true ? .bool(true) : nil,
                ]))
        }
        var kind = "auto"
        var name: String?
        switch request.toolChoice {
        case nil, .automatic?: break
        case .never?: kind = "none"
        case .required?, .allowed(names: _, isRequired: true)?: (kind, isForced) = ("any", true)
        case .allowed?: break
        case .tool(let wanted)?:
            guard names.contains(wanted) else { throw Self.missing(wanted) }
            (kind, name, isForced) = ("tool", wanted, true)
        }
        guard !values.isEmpty else {
            if isForced { throw Self.missing(nil) }
            return
        }
        tools = .array(values)
        let isSerial = request.parallelToolCalls == false && kind != "none"
        guard request.toolChoice != nil || isSerial else { return }
        choice = .members([
            "type": .string(kind), "name": name.map(JSONValue.string),
            "disable_parallel_tool_use": isSerial ? .bool(true) : nil,
        ])
    }

    /// The schema with the type that this API wants to see in it.
    private static func schema(_ parameters: JSONValue) -> JSONValue {
        guard case .object(let members) = parameters else {
            return .members(["type": .string("object"), "properties": .object([])])
        }
        guard parameters["type"] == nil else { return parameters }
        return .object(
            [JSONValue.Member(name: "type", value: .string("object"))] + members.filter { $0.name != "type" })
    }

    private static func missing(_ name: String?) -> APIError {
        let what = name.map { "the tool '\($0.prefix(200))'" } ?? "a tool"
        return .invalidRequest(
            "The model has to call \(what), which the model's server does not have.", param: "tool_choice",
            code: "unsupported_parameter")
    }
}
