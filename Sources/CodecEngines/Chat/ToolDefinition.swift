package import CodecMaps

/// A tool that the model may call.
public struct ToolDefinition: Sendable, Equatable {
    public let name: String
    /// What the tool does, for the model to read.
    public let description: String?
    /// The JSON Schema of its arguments.
    package let parameters: JSONValue

    /// - Parameter parameters: the JSON Schema of the arguments, which are an object; nil = any.
    /// - Throws: `invalidRequest` for what is no JSON object.
    public init(name: String, description: String? = nil, parameters: String? = nil) throws(EngineError) {
        guard let parameters else {
            self.init(name: name, description: description, parameters: .object([]))
            return
        }
        guard let value = try? JSONValue(parsing: Array(parameters.utf8)), case .object = value else {
            throw EngineError(
                .invalidRequest, "The parameters of the tool '\(name)' are no JSON object.",
                parameter: "tools")
        }
        self.init(name: name, description: description, parameters: value)
    }

    package init(name: String, description: String?, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    /// The form that chat templates are given: OpenAI's.
    package var document: JSONValue {
        var function: [JSONValue.Member] = [.init(name: "name", value: .string(name))]
        if let description { function.append(.init(name: "description", value: .string(description))) }
        function.append(.init(name: "parameters", value: parameters))
        return .object([
            .init(name: "type", value: .string("function")),
            .init(name: "function", value: .object(function)),
        ])
    }
}
