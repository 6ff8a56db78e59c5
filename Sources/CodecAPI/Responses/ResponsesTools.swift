internal import CodecMaps

/// The tools of a Responses request, flattened to functions, and which calls they come back as.
package struct ResponsesTools: Sendable, Equatable {
    /// Tools that OpenAI's servers run themselves and that a model can do without: they are left out.
    private static let dispensable: Set<String> = [
        "web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11",
        "image_generation", "tool_search",
    ]

    package private(set) var functions: [ModelTool] = []
    /// Names of what was left out: hints of the request.
    package private(set) var hints: [String] = []
    private var names = FunctionNames()
    private var customNames: Set<String> = []
    /// Where each function stands.
    private var places: [String: Int] = [:]
    /// The first function of each name without its namespace.
    private var declared: [String: String] = [:]

    init() {}

    /// Adds a list of tools; one of a name that there is already takes the other's place.
    mutating func add(_ tools: [JSONValue], path: String) throws(APIError) {
        var objects: [JSONObject] = []
        for (index, tool) in tools.enumerated() {
            let object = try JSONObject(tool, name: "\(path)[\(index)]")
            // Names that can stay as they are come first, so that nobody else takes them.
            if let name = object["name"]?.string, FunctionNames.isLegal(name),
                object["type"]?.string != "namespace"
            {
                _ = names.function(of: .init(name))
            }
            objects.append(object)
        }
        for (index, object) in objects.enumerated() {
            try add(object, namespace: nil, path: "\(path)[\(index)]")
        }
    }

    private mutating func add(
        _ object: JSONObject, namespace: String?, path: String
    ) throws(APIError) {
        let type = try object.string("type") ?? "function"
        switch type {
        case "function":
            let name = try name(of: object)
            let parameters = object["parameters"] ?? ["type": "object", "properties": [:]]
            guard case .object = parameters else {
                throw object.wrongType("parameters", parameters, "an object")
            }
            let function = names.function(of: .init(namespace: namespace, name))
            customNames.remove(function)
            put(
                ModelTool(
                    name: function, description: try object.string("description"),
                    kind: .function(parameters: parameters, isStrict: try object.bool("strict"))))
        case "custom":
            let function = names.function(of: .init(namespace: namespace, try name(of: object)))
            customNames.insert(function)
            put(
                CustomTool.function(
                    name: function, description: try object.string("description"), format: object["format"]))
        case "namespace" where namespace == nil:
            let name = try name(of: object)
            for (index, tool) in (try object.array("tools") ?? []).enumerated() {
                let path = "\(path).tools[\(index)]"
                try add(try JSONObject(tool, name: path), namespace: name, path: path)
            }
        case _ where Self.dispensable.contains(type):
            if !hints.contains("tools.\(type)") { hints.append("tools.\(type)") }
        default:
            throw .invalidRequest(
                "'\(path).type' is \"\(type.prefix(64))\": no model's server behind this one runs such tools.",
                param: "\(path).type", code: "unsupported_parameter")
        }
    }

    private func name(of object: JSONObject) throws(APIError) -> String {
        guard let name = try object.string("name"), !name.isEmpty else {
            throw .invalidRequest(
                "'\(object.name(of: "name"))' is missing.", param: object.name(of: "name"))
        }
        return name
    }

    private mutating func put(_ tool: ModelTool) {
        if let place = places[tool.name] {
            functions[place] = tool
        } else {
            places[tool.name] = functions.count
            functions.append(tool)
            if let name = names.tool(of: tool.name)?.name, declared[name] == nil {
                declared[name] = tool.name
            }
        }
    }

    /// The function that stands for a tool, declared or not.
    mutating func function(of tool: FunctionNames.Tool) -> String { names.function(of: tool) }

    /// The declared function that a request names, with its namespace or without.
    mutating func declaredFunction(_ name: String, namespace: String?) -> String? {
        guard let namespace else { return declared[name] }
        let function = names.function(of: .init(namespace: namespace, name))
        return places[function] == nil ? nil : function
    }

    /// What a call of a function is to its client.
    func call(of function: String) -> (tool: FunctionNames.Tool, isCustom: Bool) {
        (names.tool(of: function) ?? .init(function), customNames.contains(function))
    }
}
