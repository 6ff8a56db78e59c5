package import CodecEngines
package import CodecMaps

/// What asks one upstream.
package struct UpstreamEngines: Sendable {
    package var model: any ModelEngine
    /// The engine that gives a model's ids: by the name that clients use, the upstream's own (nil = the same), and the
    /// map of the vocabulary.
    package var tokens:
        @Sendable (_ name: String, _ model: String?, _ map: TokenizerMap) -> (any TokenEngine)?
    /// Which models it has.
    package var list: @Sendable () async throws(EngineError) -> [ListedModel]
    /// Gets a map that its list names, and checks its hash; nil where lists name none.
    package var map: (@Sendable (ListedModel.Map) async throws(EngineError) -> TokenizerMap)?
    /// What passes on the frames of a model, by the upstream's name of it; nil where it has none.
    package var relay: (@Sendable (_ model: String?) -> FrameRelay)?
    /// Asks for a path, whose answer must be 200 to 299; nil = whether the upstream answers at all.
    package var check: @Sendable (_ path: String?) async throws(EngineError) -> Void
    /// Ends what runs, and closes the connections.
    package var shutdown: @Sendable () async -> Void

    package init(
        model: any ModelEngine,
        tokens:
            @escaping @Sendable (_ name: String, _ model: String?, _ map: TokenizerMap) -> (any TokenEngine)? =
            {
                _, _, _ in nil
            },
        list: @escaping @Sendable () async throws(EngineError) -> [ListedModel] = { () throws(EngineError) in
            []
        },
        map: (@Sendable (ListedModel.Map) async throws(EngineError) -> TokenizerMap)? = nil,
        relay: (@Sendable (_ model: String?) -> FrameRelay)? = nil,
        check: @escaping @Sendable (_ path: String?) async throws(EngineError) -> Void,
        shutdown: @escaping @Sendable () async -> Void
    ) {
        self.model = model
        self.tokens = tokens
        self.list = list
        self.map = map
        self.relay = relay
        self.check = check
        self.shutdown = shutdown
    }
}

/// Makes the engines of an upstream.
package typealias UpstreamFactory =
    @Sendable (GatewayConfiguration.Upstream, _ map: TokenizerMap?) throws(EngineError) -> UpstreamEngines
