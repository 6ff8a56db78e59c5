internal import CodecMaps

/// Reads the fields that offer tools: `tools` and `tool_choice`.
enum ChatTools {
    private static let mostTools = 128
    private static let longestName = 64

    static func tools(_ body: JSONObject) throws(APIError) -> [ModelTool] {
        let elements = try body.array("tools") ?? []
        guard elements.count <= mostTools else {
            throw .invalidRequest("'tools' must have at most \(mostTools) entries.", param: "tools")
        }
        var tools: [ModelTool] = []
        var names: Set<String> = []
        for (index, element) in elements.enumerated() {
            let tool = try tool(element, name: "tools[\(index)]")
            guard names.insert(tool.name).inserted else {
                throw .invalidRequest("'tools' has two tools named '\(tool.name)'.", param: "tools")
            }
            tools.append(tool)
        }
        return tools
    }

    private static func tool(_ value: JSONValue, name: String) throws(APIError) -> ModelTool {
        let object = try JSONObject(value, name: name)
        switch try object.string("type") {
        case "function":
            let (function, toolName) = try self.inner("function", of: object)
            let parameters = function["parameters"] ?? .object([])
            guard case .object = parameters else {
                throw function.wrongType("parameters", parameters, "an object")
            }
            return ModelTool(
                name: toolName, description: try function.string("description"),
                kind: .function(parameters: parameters, isStrict: try function.bool("strict")))
        case "custom":
            let (custom, toolName) = try self.inner("custom", of: object)
            return CustomTool.function(
                name: toolName, description: try custom.string("description"),
                format: try custom.object("format")?["grammar"])
        default:
            throw .invalidRequest(
                "'\(name).type' must be \"function\" or \"custom\".", param: "\(name).type",
                code: "unsupported_value")
        }
    }

    /// What a tool is described by, and its name.
    private static func inner(
        _ field: String, of object: JSONObject
    ) throws(APIError) -> (description: JSONObject, name: String) {
        guard let inner = try object.object(field) else {
            throw .invalidRequest("'\(object.name(of: field))' is required.", param: object.name(of: field))
        }
        guard let name = try inner.string("name"), isValid(name: name) else {
            throw .invalidRequest(
                "'\(inner.name(of: "name"))' must be 1 to \(longestName) letters, digits, '_', '-' or '.'.",
                param: inner.name(of: "name"))
        }
        return (inner, name)
    }

    /// The names of the tools that take a text instead of arguments.
    static func customNames(in document: JSONValue) -> Set<String> {
        Set((document["tools"]?.array ?? []).compactMap { $0["custom"]?["name"]?.string })
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

    static func choice(_ body: JSONObject, _ tools: [ModelTool]) throws(APIError) -> ToolChoice? {
        switch body["tool_choice"] {
        case nil: return nil
        case .string("auto"): return .automatic
        case .string("none"): return .never
        case .string("required"):
            guard !tools.isEmpty else {
                throw .invalidRequest(
                    "'tool_choice' asks for a tool, but there is none.", param: "tool_choice")
            }
            return .required
        case .some(let value) where value["type"] == "allowed_tools": return try allowed(value, tools)
        case .some(.object(let members)): return .tool(name: try name(in: .object(members), tools))
        default:
            throw .invalidRequest(
                "'tool_choice' must be \"auto\", \"none\", \"required\" or a function of 'tools'.",
                param: "tool_choice")
        }
    }

    private static func allowed(_ value: JSONValue, _ tools: [ModelTool]) throws(APIError) -> ToolChoice {
        let allowed = value["allowed_tools"]
        var names: [String] = []
        for element in allowed?["tools"]?.array ?? [] { names.append(try name(in: element, tools)) }
        guard !names.isEmpty else {
            throw .invalidRequest(
                "'tool_choice.allowed_tools.tools' must name a tool.",
                param: "tool_choice.allowed_tools.tools")
        }
        switch allowed?["mode"] {
        case "auto": return .allowed(names: names, isRequired: false)
        case "required": return .allowed(names: names, isRequired: true)
        default:
            throw .invalidRequest(
                "'tool_choice.allowed_tools.mode' must be \"auto\" or \"required\".",
                param: "tool_choice.allowed_tools.mode")
        }
    }

    private static func name(in choice: JSONValue, _ tools: [ModelTool]) throws(APIError) -> String {
        let name = (choice["function"] ?? choice["custom"])?["name"]?.string ?? ""
        guard tools.contains(where: { $0.name == name }) else {
            throw .invalidRequest(
                "'tool_choice' names '\(name.prefix(longestName))', which is none of the tools.",
                param: "tool_choice")
        }
        return name
    }
}
