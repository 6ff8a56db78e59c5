package import CodecCore
package import CodecEngines
package import CodecMaps

/// A model behind several upstreams that give ids of one vocabulary, as one engine.
package struct TokenRoute: TokenEngine {
    private let pool: DeploymentPool
    private let first: any TokenEngine

    /// Nil where no deployment gives ids. Those whose vocabulary is another than the first one's are left out.
    package init?(_ route: ModelRoute) {
        guard let first = route.deployments.lazy.compactMap(\.tokens).first else { return nil }
        self.first = first
        pool = DeploymentPool(
            model: route.name,
            deployments: route.deployments.filter { $0.tokens?.map.hash == first.map.hash },
            routing: route.pool.routing, clock: route.pool.clock)
    }

    package var model: ModelDescription { first.model }
    package var map: TokenizerMap { first.map }
    package var toolCalling: ToolCalling? { first.toolCalling }

    /// Whether an upstream that may answer makes ids of text.
    package var isRetokenized: Bool { pool.deployments.contains { $0.tokens?.isRetokenized == true } }

    /// The sum of what the engines know of themselves.
    package var load: EngineLoad {
        pool.deployments.compactMap(\.tokens?.load).reduce(EngineLoad(slots: 0, busySlots: 0, queued: 0)) {
            EngineLoad(
                slots: $0.slots &+ $1.slots, busySlots: $0.busySlots &+ $1.busySlots,
                queued: $0.queued &+ $1.queued)
        }
    }

    package func renderChat(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) throws(EngineError) -> [Tokenizer.Segment] {
        try first.renderChat(messages, tools: tools)
    }

    package func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        let (prompt, ticket) = try await pool.ask(prefix: nil) { deployment throws(EngineError) in
            try await engine(deployment).chatPrompt(messages, tools: tools)
        }
        ticket.finished()
        return prompt
    }

    package func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream {
        let prefix = pool.routing.policy == .prefix ? PromptPrefix.hash(request.prompt) : nil
        let (stream, ticket) = try await pool.ask(prefix: prefix) { deployment throws(EngineError) in
            try await engine(deployment).generate(request)
        }
        return stream.observed(by: ticket)
    }

    private func engine(_ deployment: Deployment) -> any TokenEngine { deployment.tokens ?? first }

    /// The upstreams are shared with other models: the gateway ends them.
    package func shutdown() async {}
}

extension UpstreamTicket: TokenStreamObserver {
    func streamEnded(_ error: EngineError?) {
        if let error { failed(error) } else { finished() }
    }
}
