internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// What a completion has to be when a tool must be called, or its text be JSON of a schema.
enum ToolConstraint {
    /// - Throws: 400 when both are asked for, when the model's way to call tools is not known, or for a schema that
    ///   cannot be a grammar.
    static func constraint(
        _ tools: ToolFields, grammar: TextGrammar?, model: ServedModel
    ) throws(APIError) -> GenerationConstraint? {
        guard case .one(let callable) = tools.choice else { return grammar.map { .init(grammar: $0) } }
        guard grammar == nil else {
            throw .invalidRequest(
                "'response_format' says nothing where 'tool_choice' asks for a call.",
                param: "response_format")
        }
        guard let calling = model.toolCalling,
            let start = model.map.vocabulary.specialID(named: calling.startMarker),
            let end = model.map.vocabulary.specialID(named: calling.endMarker)
        else {
            throw .invalidRequest(
                "How the model '\(model.name)' calls tools is not known, so it cannot be made to.",
                param: "tool_choice", code: "unsupported_value")
        }
        do {
            return GenerationConstraint(
                prefix: [start], grammar: try TextGrammar(JSONSchema(schema(callable, calling.convention))),
                suffix: [end])
        } catch {
            throw .invalidRequest("'tools': \(error).", param: "tools")
        }
    }

    /// A call of one of the tools, as the convention writes it: an object with name and arguments, or a list of one.
    private static func schema(_ tools: [ToolDefinition], _ convention: ToolCallConvention) -> JSONValue {
        let arguments = convention == .llama3 ? "parameters" : "arguments"
        let calls = tools.map { tool -> JSONValue in
            var parameters = tool.parameters
            // A tool that says nothing of its arguments still takes an object.
            if parameters["type"] == nil, case .object(let members) = parameters {
                parameters = .object([.init(name: "type", value: .string("object"))] + members)
            }
            return .object([
                .init(name: "type", value: .string("object")),
                .init(
                    name: "properties",
                    value: .object([
                        .init(
                            name: "name", value: .object([.init(name: "const", value: .string(tool.name))])),
                        .init(name: arguments, value: parameters),
                    ])),
                .init(name: "required", value: .array([.string("name"), .string(arguments)])),
            ])
        }
        let call = JSONValue.object([.init(name: "anyOf", value: .array(calls))])
        guard convention == .mistralNemo || convention == .phi4 else { return call }
        return .object([
            .init(name: "type", value: .string("array")), .init(name: "items", value: call),
            .init(name: "minItems", value: .integer(1)), .init(name: "maxItems", value: .integer(1)),
        ])
    }
}
