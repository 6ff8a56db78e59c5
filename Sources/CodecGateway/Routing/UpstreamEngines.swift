package import CodecEngines

/// What asks one upstream.
package struct UpstreamEngines: Sendable {
    package var model: any ModelEngine
    /// The engine that gives ids of a model, by the upstream's name for it (nil = the client's); nil where there is none:
    /// the upstream tells no ids and has no map.
    package var tokens: @Sendable (_ model: String?) -> (any TokenEngine)?
    /// Asks for a path; nil = whether it answers at all.
    package var check: @Sendable (_ path: String?) async throws(EngineError) -> Void
    /// Ends what runs, and closes the connections.
    package var shutdown: @Sendable () async -> Void

    package init(
        model: any ModelEngine,
        tokens: @escaping @Sendable (_ model: String?) -> (any TokenEngine)? = { _ in nil },
        check: @escaping @Sendable (_ path: String?) async throws(EngineError) -> Void,
        shutdown: @escaping @Sendable () async -> Void
    ) {
        self.model = model
        self.tokens = tokens
        self.check = check
        self.shutdown = shutdown
    }
}

/// Makes the engines of an upstream.
package typealias UpstreamFactory =
    @Sendable (GatewayConfiguration.Upstream) async throws(EngineError) -> UpstreamEngines
