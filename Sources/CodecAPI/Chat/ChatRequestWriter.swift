internal import CodecMaps

/// Writes the body of `POST /v1/chat/completions` for an upstream.
package struct ChatRequestWriter: Sendable {
    let traits: OpenAIServerTraits
    var degradations: [String] = []

    package init(_ traits: OpenAIServerTraits) { self.traits = traits }

    /// - Parameter model: the upstream's own name of the model.
    /// - Throws: 400 that names the field which the upstream has no place for.
    package func body(of request: ModelRequest, model: String) throws(APIError) -> UpstreamBody {
        if let original = request.original, original.dialect == .chat {
            return UpstreamBody(
                json: RequestMembers.passedOn(
                    original.body, model: model, isStreamed: request.isStreamed, traits: traits))
        }
        var writer = self
        let json = try writer.write(request, model: model)
        var seen: Set<String> = []
        return UpstreamBody(json: json, degradations: writer.degradations.filter { seen.insert($0).inserted })
    }

    private mutating func write(_ request: ModelRequest, model: String) throws(APIError) -> [UInt8] {
        degradations += try request.leavingOutHints()
        var body = RequestMembers()
        body.add("model", .string(model))
        body.add("messages", .array(try messages(of: request)))
        body.addDelivery(isStreamed: request.isStreamed)
        body.add(traits.limitField, request.maxTokens)
        try body.addSampling(of: request, traits: traits)
        try addTools(of: request, to: &body)
        body.add(request.textFormat)
        if let reasoning = request.reasoning { add(reasoning, to: &body) }
        if let alternatives = request.topLogprobs {
            body.add("logprobs", true)
            body.add("top_logprobs", alternatives)
        }
        if traits.returnsTokenIDs { body.add("return_token_ids", true) }
        return body.json
    }

    private mutating func messages(of request: ModelRequest) throws(APIError) -> [JSONValue] {
        switch request.input {
        case .messages(let messages): return try self.messages(messages)
        case .text(let text):
            degradations.append("prompt-as-message")
            return [["role": "user", "content": .string(text)]]
        case .ids: throw .unsupportedUpstream("prompt")
        }
    }

    // MARK: - Thinking

    /// Token budgets up to these are a low and a medium effort; what is above is a high one.
    private static let lowBudget = 4096
    private static let mediumBudget = 16_384

    private mutating func add(_ reasoning: ReasoningOptions, to body: inout RequestMembers) {
        var effort = reasoning.effort
        if effort == nil, reasoning.isEnabled != false, let budget = reasoning.budget {
            effort = budget <= Self.lowBudget ? "low" : budget <= Self.mediumBudget ? "medium" : "high"
            degradations.append("thinking-budget-as-effort")
        }
        var arguments: JSONValue = [:]
        if let enabled = reasoning.isEnabled {
            if traits.takesTemplateArguments {
                arguments.set("enable_thinking", .bool(enabled))
            } else if !enabled, effort == nil {
                degradations.append("thinking-not-disabled")
            }
        }
        if traits.takesEffortAsTemplateArgument {
            arguments.set("reasoning_effort", effort.map { .string($0) })
        } else {
            body.add("reasoning_effort", effort.map { .string($0) })
        }
        if arguments != [:] { body.add("chat_template_kwargs", arguments) }
    }

    // MARK: - Tools

    private func addTools(of request: ModelRequest, to body: inout RequestMembers) throws(APIError) {
        var offered = request.tools
        var choice = request.toolChoice
        if case .allowed(let names, let isRequired) = choice, !traits.takesAllowedTools {
            // Not to be told of the others has the same effect.
            offered = offered.filter { names.contains($0.name) }
            choice = isRequired ? .required : .automatic
        }
        guard !offered.isEmpty else {
            // Without tools these fields are an error to most servers.
            switch choice {
            case nil, .automatic, .never: return
            case .required, .tool, .allowed:
                throw .invalidRequest(
                    "'tool_choice' asks for a tool, but there is none.", param: "tool_choice")
            }
        }
        var tools: [JSONValue] = []
        for tool in offered { tools.append(try self.tool(tool)) }
        body.add("tools", .array(tools))
        body.add("tool_choice", choice.map(value))
        body.add("parallel_tool_calls", request.parallelToolCalls.map { .bool($0) })
    }

    private func tool(_ tool: ModelTool) throws(APIError) -> JSONValue {
        guard case .function(let parameters, let isStrict) = tool.kind else {
            throw .invalidRequest(
                "The tool '\(tool.name)' is run by servers of another API than this model's.", param: "tools",
                code: "unsupported_parameter")
        }
        var function: JSONValue = ["name": .string(tool.name)]
        function.set("description", tool.description.map { .string($0) })
        function.set("parameters", parameters)
        function.set("strict", isStrict.map { .bool($0) })
        return ["type": "function", "function": function]
    }

    private func value(_ choice: ToolChoice) -> JSONValue {
        func named(_ name: String) -> JSONValue {
            ["type": "function", "function": ["name": .string(name)]]
        }
        switch choice {
        case .automatic: return "auto"
        case .never: return "none"
        case .required: return "required"
        case .tool(let name): return named(name)
        case .allowed(let names, let isRequired):
            return [
                "type": "allowed_tools",
                "allowed_tools": [
                    "mode": isRequired ? "required" : "auto", "tools": .array(names.map(named)),
                ],
            ]
        }
    }
}
