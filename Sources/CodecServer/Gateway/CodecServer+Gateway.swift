internal import CodecEngines
public import CodecGateway
public import CodecMaps
internal import Foundation
public import Logging

extension CodecServer {
    /// A server that stands before other servers: it loads no model. `shutdownUpstreams` closes its connections to them,
    /// after `run()` has returned.
    /// - Parameters:
    ///   - gateway: the upstreams and models; `keysFile` and `store` are for whoever reads files.
    ///   - keys: the callers that are let in; nil = everybody.
    ///   - maps: loads the tokenizer maps that the configuration names.
    /// - Throws: `ConfigurationError` for a map, `EngineError` for an address, a key or a template that cannot be used.
    public init(
        gateway: GatewayConfiguration, keys: CallerKeys? = nil, configuration: Configuration = .init(),
        maps: MapLoader = { try TokenizerMap.load(path: $0) }, logger: Logger
    ) async throws {
        let loaded = try await GatewayMaps(gateway, source: Self.source, load: maps)
        let pool = try Gateway(gateway, maps: loaded, factory: UpstreamEngines.remote)
        var configuration = configuration
        if let limit = gateway.maximumConnections { configuration.maximumConnections = limit }
        if let limit = gateway.requestBodyLimit { configuration.requestBodyLimit = limit }
        self.init(
            models: ModelRegistry(Self.served(pool)), gateway: pool, callers: keys.map(Self.callers),
            configuration: configuration, logger: logger)
    }

    /// A server of models in this process.
    /// - Parameter keys: the callers that are let in; nil = everybody.
    public init(
        models: ModelRegistry, keys: CallerKeys?, configuration: Configuration = .init(), logger: Logger
    ) {
        self.init(
            models: models, gateway: nil, callers: keys.map(Self.callers), configuration: configuration,
            logger: logger)
    }

    /// Takes a new configuration of upstreams and models; requests that run go on where they are.
    /// - Throws: what `init` throws; then nothing has changed.
    public func reload(
        _ configuration: GatewayConfiguration, maps: MapLoader = { try TokenizerMap.load(path: $0) }
    ) async throws {
        guard let gateway else { return }
        let loaded = try await GatewayMaps(configuration, source: Self.source, load: maps)
        try gateway.reload(configuration, maps: loaded)
        models.replace(with: Self.served(gateway))
    }

    /// Lets in other callers from now on, where the server began with keys.
    public func reload(keys: CallerKeys) { callers?.reload(keys) }

    /// Ends what runs at the upstreams, and closes the connections to them.
    public func shutdownUpstreams() async { await gateway?.shutdown() }

    /// How errors name where a map is configured.
    private static let source = "gateway"

    private static func served(_ gateway: Gateway) -> [ServedModel] {
        let created = Int(Date().timeIntervalSince1970)
        return gateway.models.map { ServedModel($0, created: created) }
    }

    private static func callers(_ keys: CallerKeys) -> Callers {
        Callers(keys) { Int(Date().timeIntervalSince1970) }
    }
}
