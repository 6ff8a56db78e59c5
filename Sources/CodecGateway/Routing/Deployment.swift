package import CodecEngines

/// A model at one upstream.
package struct Deployment: Sendable {
    package let upstream: Upstream
    /// What the upstream calls the model; nil = as the client does.
    package let model: String?
    package let weight: Int?
    package let priority: Int?
    /// What gives its ids, where it does.
    package let tokens: (any TokenEngine)?

    package init(_ upstream: Upstream, _ target: GatewayConfiguration.Model.Target) {
        self.upstream = upstream
        model = target.model
        weight = target.weight
        priority = target.priority
        tokens = upstream.engines.tokens(target.model)
    }

    var candidate: UpstreamChoice.Candidate { upstream.candidate(weight: weight, priority: priority) }
}
