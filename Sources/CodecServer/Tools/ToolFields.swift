internal import CodecAPI
internal import CodecEngines
internal import CodecMaps

/// The fields that offer tools to the model: `tools` and `tool_choice` (OpenAI's chat API).
struct ToolFields: Sendable, Equatable {
    /// Which of the tools the model has to call.
    enum Choice: Sendable, Equatable {
        /// The model decides.
        case automatic
        /// It calls none, and is not told of any.
        case never
        /// It calls one of these.
        case one(of: [ToolDefinition])
    }

    private static let mostTools = 128
    private static let longestName = 64

    let tools: [ToolDefinition]
    let choice: Choice

    init(_ body: JSONObject) throws(APIError) {
        if let functions = try body.array("functions"), !functions.isEmpty { throw .unsupported("functions") }
        let all = try Self.tools(body)
        choice = try Self.choice(body, all)
        tools = choice == .never ? [] : all
    }

    private static func tools(_ body: JSONObject) throws(APIError) -> [ToolDefinition] {
        let elements = try body.array("tools") ?? []
        guard elements.count <= mostTools else {
            throw .invalidRequest("'tools' must have at most \(mostTools) entries.", param: "tools")
        }
        var tools: [ToolDefinition] = []
        for (index, element) in elements.enumerated() {
            let tool = try tool(element, name: "tools[\(index)]")
            guard !tools.contains(where: { $0.name == tool.name }) else {
                throw .invalidRequest("'tools' has two tools named '\(tool.name)'.", param: "tools")
            }
            tools.append(tool)
        }
        return tools
    }

    private static func tool(_ value: JSONValue, name: String) throws(APIError) -> ToolDefinition {
        let object = try JSONObject(value, name: name)
        guard try object.string("type") == "function" else {
            throw .invalidRequest(
                "'\(name).type' must be \"function\".", param: "\(name).type", code: "unsupported_value")
        }
        guard let function = try object.object("function") else {
            throw .invalidRequest("'\(name).function' is required.", param: "\(name).function")
        }
        guard let toolName = try function.string("name"), isValid(name: toolName) else {
            throw .invalidRequest(
                "'\(name).function.name' must be 1 to \(longestName) letters, digits, '_', '-' or '.'.",
                param: "\(name).function.name")
        }
        let parameters = function["parameters"] ?? .object([])
        guard case .object = parameters else {
            throw function.wrongType("parameters", parameters, "an object")
        }
        return ToolDefinition(
            name: toolName, description: try function.string("description"), parameters: parameters)
    }

    private static func isValid(name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static func choice(_ body: JSONObject, _ tools: [ToolDefinition]) throws(APIError) -> Choice {
        guard let value = body["tool_choice"] else { return .automatic }
        switch value {
        case .string("auto"): return .automatic
        case .string("none"): return .never
        case .string("required"):
            guard !tools.isEmpty else {
                throw .invalidRequest(
                    "'tool_choice' asks for a tool, but there is none.", param: "tool_choice")
            }
            return .one(of: tools)
        case .object:
            let name = try body.object("tool_choice")?.object("function")?.string("name")
            guard let tool = tools.first(where: { $0.name == name }) else {
                throw .invalidRequest(
                    "'tool_choice' names '\(name ?? "")', which is none of the tools.", param: "tool_choice")
            }
            return .one(of: [tool])
        default:
            throw .invalidRequest(
                "'tool_choice' must be \"auto\", \"none\", \"required\" or a function of 'tools'.",
                param: "tool_choice")
        }
    }

    /// What the completion has to be so that a tool is called, or its text is of a format.
    func constraint(_ format: TextFormat?, model: ServedModel) throws(APIError) -> GenerationConstraint? {
        var required: [ToolDefinition]?
        if case .one(let callable) = choice { required = callable }
        do {
            return try GenerationConstraint(calling: required, format: format, engine: model.engine)
        } catch {
            throw APIError(error)
        }
    }
}
