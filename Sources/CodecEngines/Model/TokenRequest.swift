package import CodecAPI
internal import CodecCore
internal import CodecMaps

/// A `ModelRequest` as a token engine takes it.
package struct TokenRequest: Sendable {
    package var completion: CompletionRequest
    /// The regions of the model's output that are tool calls; nil when no tools were offered.
    package var watching: ToolWatching?

    /// Tokenizes the input, and makes tools and formats constraints.
    /// - Throws: `unsupported` or `invalidRequest`, naming the field that the engine has no place for.
    package init(_ request: ModelRequest, for engine: any TokenEngine) async throws(EngineError) {
        try Self.refuse(request)
        let tools = try Self.definitions(request.tools)
        let prompt: [TokenID]
        var maxTokens = request.maxTokens
        switch request.input {
        case .messages(let messages):
            prompt = try await engine.chatPrompt(
                try Self.chat(messages, context: engine.model.contextLength),
                tools: request.toolChoice == .never ? [] : tools)
        case .text(let text):
            prompt = try Self.encode(text, engine)
            maxTokens = maxTokens ?? Self.defaultMaxTokens(after: prompt.count, engine)
        case .ids(let ids):
            prompt = ids
            maxTokens = maxTokens ?? Self.defaultMaxTokens(after: prompt.count, engine)
        }
        guard !prompt.isEmpty else {
            throw EngineError(.invalidRequest, "The prompt is empty.", parameter: "prompt")
        }
        completion = CompletionRequest(
            prompt: prompt, maxTokens: maxTokens, sampling: try SamplingParameters(request.sampling),
            stop: request.stop,
            constraint: try GenerationConstraint(
                calling: try Self.required(request.toolChoice, of: tools), format: request.textFormat,
                engine: engine))
        // The text of a bare completion has no place for calls.
        if case .messages = request.input, !tools.isEmpty, request.toolChoice != .never,
            let calling = engine.toolCalling
        {
            watching = try? ToolWatching(calling, in: engine.map.vocabulary)
        }
    }

    /// How many tokens a completion of a bare prompt gets that does not say: OpenAI's 16, or what the context has left.
    package static func defaultMaxTokens(after promptCount: Int, _ engine: any TokenEngine) -> Int {
        max(1, min(16, engine.model.contextLength - promptCount))
    }

    /// - Throws: `contextOverflow` at once for a text so long that no tokenizing could make it fit the context.
    private static func encode(_ text: String, _ engine: any TokenEngine) throws(EngineError) -> [TokenID] {
        let length = engine.model.contextLength
        guard text.utf8.count / engine.map.vocabulary.longestTokenLength < length else {
            throw EngineError(
                .contextOverflow,
                "The prompt has \(text.utf8.count) bytes, too many for the context of \(length) tokens.",
                parameter: "prompt")
        }
        return engine.map.tokenizer.encode([Tokenizer.Segment(text)])
    }

    private static func refuse(_ request: ModelRequest) throws(EngineError) {
        if let field = request.nativeFields.first {
            throw EngineError(.unsupported, "'\(field)' is not supported by this model.", parameter: field)
        }
        if request.topLogprobs != nil {
            throw EngineError(.unsupported, "This model tells no logprobs.", parameter: "logprobs")
        }
    }

    private static func definitions(_ tools: [ModelTool]) throws(EngineError) -> [ToolDefinition] {
        var definitions: [ToolDefinition] = []
        for tool in tools {
            guard case .function(let parameters, _) = tool.kind else {
                throw EngineError(
                    .unsupported, "The tool '\(tool.name)' runs on its maker's servers only.",
                    parameter: "tools")
            }
            definitions.append(
                ToolDefinition(name: tool.name, description: tool.description, parameters: parameters))
        }
        return definitions
    }

    private static func required(
        _ choice: ToolChoice?, of tools: [ToolDefinition]
    ) throws(EngineError) -> [ToolDefinition]? {
        switch choice {
        case nil, .automatic, .never: return nil
        case .required: return tools
        case .tool(let name): return tools.filter { $0.name == name }
        case .allowed(let names, let isRequired):
            return isRequired ? tools.filter { names.contains($0.name) } : nil
        }
    }

    private static func chat(_ messages: [ModelMessage], context: Int) throws(EngineError) -> [ChatMessage] {
        // Every message has an id at least, so this needs no rendering.
        guard messages.count <= context else {
            throw EngineError(
                .contextOverflow,
                "There are \(messages.count) messages, too many for the context of \(context) tokens.",
                parameter: "prompt")
        }
        var chat: [ChatMessage] = []
        for message in messages { chat += try ChatMessage.messages(of: message) }
        return chat
    }
}

extension SamplingParameters {
    /// - Throws: `unsupported` for penalties that the engines have not.
    fileprivate init(_ options: SamplingOptions) throws(EngineError) {
        self.init()
        for (name, value) in [
            ("frequency_penalty", options.frequencyPenalty), ("presence_penalty", options.presencePenalty),
        ] where value ?? 0 != 0 {
            throw EngineError(
                .unsupported, "'\(name)' is not supported by this model.", parameter: name)
        }
        if let value = options.temperature { temperature = Float(value) }
        if let value = options.topP { topP = Float(value) }
        if let value = options.minP { minP = Float(value) }
        // -1 means "all" to other servers.
        if let value = options.topK { topK = max(0, value) }
        if let value = options.repetitionPenalty { repetitionPenalty = Float(value) }
        // Clients send seeds of 64 bits; both halves count.
        if let value = options.seed { seed = UInt32(truncatingIfNeeded: value ^ (value >> 32)) }
    }
}
