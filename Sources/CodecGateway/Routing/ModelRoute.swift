package import CodecAPI
package import CodecEngines

/// A model behind several upstreams, as one engine.
package struct ModelRoute: ModelEngine {
    /// The name that clients use.
    package private(set) var name: String
    package let aliases: [String]
    let defaults: GatewayConfiguration.Model.Defaults
    private(set) var pool: DeploymentPool

    package init(
        _ model: GatewayConfiguration.Model, deployments: [Deployment], routing: GatewayConfiguration.Routing,
        clock: RoutingClock
    ) {
        name = model.name
        aliases = model.aliases
        defaults = model.defaults
        pool = DeploymentPool(model: model.name, deployments: deployments, routing: routing, clock: clock)
    }

    /// The model of a name that a client used, at the upstreams that have it, where clients may use any.
    func named(_ name: String, at deployments: [Deployment]) -> ModelRoute {
        var route = self
        route.name = name
        route.pool.deployments = deployments.map { $0.named(name) }
        return route
    }

    /// The same over other upstreams.
    func over(_ deployments: [Deployment]) -> ModelRoute {
        var route = self
        route.pool.deployments = deployments
        return route
    }

    package var deployments: [Deployment] { pool.deployments }

    /// Whether an upstream of it is there.
    package var isReady: Bool { deployments.contains { $0.upstream.isReady } }

    package func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream {
        let request = request.with(defaults)
        let (stream, ticket) = try await pool.ask(prefix: prefix(request)) {
            deployment throws(EngineError) in
            try await deployment.upstream.engines.model.respond(to: request.for(deployment))
        }
        return ModelStream(RoutedChunks(stream, ticket), degradations: stream.degradations)
    }

    package func countTokens(of request: ModelRequest) async throws(EngineError) -> Int {
        let (count, ticket) = try await pool.ask(prefix: prefix(request)) { deployment throws(EngineError) in
            try await deployment.upstream.engines.model.countTokens(of: request.for(deployment))
        }
        ticket.finished()
        return count
    }

    func prefix(_ request: ModelRequest) -> UInt64? {
        pool.routing.policy == .prefix ? PromptPrefix.hash(request) : nil
    }

    /// The upstreams are shared with other models: the gateway ends them.
    package func shutdown() async {}
}

extension Upstream {
    /// Whether it is known to work and is not out.
    package var isReady: Bool {
        let now = clock.now()
        switch snapshot.availability(at: now) {
        case .open, .halfOpen: return snapshot.isWorking == true
        case .out, .unhealthy: return false
        }
    }
}

/// A routed answer: tells the upstream's state how it ends.
private final class RoutedChunks: ModelChunkSource {
    private let stream: ModelStream
    private let ticket: UpstreamTicket

    init(_ stream: ModelStream, _ ticket: UpstreamTicket) {
        self.stream = stream
        self.ticket = ticket
    }

    func next() async throws(EngineError) -> ModelChunk? {
        var iterator = stream.makeAsyncIterator()
        do throws(EngineError) {
            let chunk = try await iterator.next()
            if case .finish = chunk?.events.last { ticket.finished() }
            return chunk
        } catch {
            var error = error
            if error.upstream == nil { error.upstream = ticket.upstream.name }
            ticket.failed(error)
            throw error
        }
    }
}
