package import CodecEngines
internal import CodecMaps

/// A model at one upstream.
package struct Deployment: Sendable {
    package let upstream: Upstream
    /// What the upstream calls the model; nil = as the client does.
    package let model: String?
    package let weight: Int?
    package let priority: Int?
    /// What gives its ids, where it does.
    package let tokens: (any TokenEngine)?

    /// - Parameter map: the vocabulary's, where it is known.
    init(
        _ upstream: Upstream, of served: GatewayConfiguration.Model,
        _ target: GatewayConfiguration.Model.Target, map: TokenizerMap?
    ) {
        self.upstream = upstream
        model = target.model ?? (served.name == GatewayConfiguration.Model.anyName ? nil : served.name)
        weight = target.weight
        priority = target.priority
        tokens = map.flatMap { upstream.engines.tokens(served.name, target.model, $0) }
    }

    var candidate: UpstreamChoice.Candidate { upstream.candidate(weight: weight, priority: priority) }
}
