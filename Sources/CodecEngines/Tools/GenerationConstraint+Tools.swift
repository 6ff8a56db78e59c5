package import CodecAPI
internal import CodecCore
internal import CodecMaps

extension GenerationConstraint {
    /// What a completion has to be when a tool must be called, or its text be JSON of a schema; nil = anything.
    /// - Parameter required: the tools of which the model has to call one; nil when it need not.
    /// - Throws: `invalidRequest` when both are asked for, or for a schema that cannot be a grammar; `unsupported` when
    ///   the model's way to call tools is not known.
    package init?(
        calling required: [ToolDefinition]?, format: TextFormat?, engine: any TokenEngine
    ) throws(EngineError) {
        let grammar = try format.map { format throws(EngineError) in try Self.grammar(format) }
        guard let required else {
            guard let grammar else { return nil }
            self.init(grammar: grammar)
            return
        }
        guard grammar == nil else {
            throw EngineError(
                .invalidRequest, "'response_format' says nothing where 'tool_choice' asks for a call.",
                parameter: "response_format")
        }
        guard let calling = engine.toolCalling,
            let start = engine.map.vocabulary.specialID(named: calling.startMarker),
            let end = engine.map.vocabulary.specialID(named: calling.endMarker)
        else {
            throw EngineError(
                .unsupported,
                "How the model '\(engine.model.name)' calls tools is not known, so it cannot be made to.",
                parameter: "tool_choice")
        }
        do {
            self.init(
                prefix: [start],
                grammar: try TextGrammar(JSONSchema(Self.schema(required, calling.convention))),
                suffix: [end])
        } catch {
            throw EngineError(.invalidRequest, "'tools': \(error).", parameter: "tools")
        }
    }

    private static func grammar(_ format: TextFormat) throws(EngineError) -> TextGrammar {
        let schema: JSONValue =
            switch format {
            case .jsonObject: .object([.init(name: "type", value: .string("object"))])
            case .jsonSchema(_, let schema, _): schema
            }
        do {
            return try TextGrammar(JSONSchema(schema))
        } catch {
            throw EngineError(.invalidRequest, "'response_format': \(error).", parameter: "response_format")
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
