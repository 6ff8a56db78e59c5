package import CodecEngines
internal import CodecMaps

/// A model at one upstream.
package struct Deployment: Sendable {
    package let upstream: Upstream
    /// What the upstream calls the model; nil = as the client does.
    package private(set) var model: String?
    package let weight: Int?
    package let priority: Int?
    /// The vocabulary's, where it is configured.
    private let map: TokenizerMap?
    /// What gives its ids, where it does.
    package private(set) var tokens: (any TokenEngine)?

    /// - Parameter map: the vocabulary's, where it is known.
    init(
        _ upstream: Upstream, of served: GatewayConfiguration.Model,
        _ target: GatewayConfiguration.Model.Target, map: TokenizerMap?
    ) {
        self.upstream = upstream
        self.map = map
        model = target.model ?? (served.name == GatewayConfiguration.Model.anyName ? nil : served.name)
        weight = target.weight
        priority = target.priority
        tokens = map.flatMap { upstream.tokens(served.name, target.model, $0) }
    }

    var candidate: UpstreamChoice.Candidate { upstream.candidate(weight: weight, priority: priority) }

    /// The one of a name that a client used, where clients may use any.
    func named(_ name: String) -> Deployment {
        var deployment = self
        deployment.model = model ?? name
        deployment.tokens = map.flatMap { upstream.tokens(name, model ?? name, $0) }
        return deployment
    }

    /// What the upstream tells of a model; nil where it does not know it.
    /// - Parameter name: that clients use.
    /// - Throws: why it tells nothing.
    func listed(as name: String) async throws(EngineError) -> ListedModel? {
        let name = model ?? name
        return try await upstream.catalog.models().first { $0.name == name }
    }

    /// The same with the engine that gives its ids, for an upstream that publishes the map.
    /// - Throws: why the map cannot be had.
    func findingTokens(as name: String) async throws(EngineError) -> Deployment {
        guard tokens == nil, let find = upstream.engines.map else { return self }
        guard let map = try await listed(as: name)?.map else { return self }
        var deployment = self
        deployment.tokens = upstream.tokens(name, model, try await find(map))
        return deployment
    }
}
