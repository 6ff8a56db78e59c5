public import CodecGateway
public import CodecMaps
public import Logging
internal import ServiceLifecycle

/// A gateway in this process, on a port of its own: for programs that need one for as long as they run.
public final class LocalGateway: Sendable {
    /// The port on 127.0.0.1, or where the configuration says.
    public let port: Int
    /// Like `http://127.0.0.1:49152`, without a slash at the end.
    public let url: String
    private let server: CodecServer
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    private init(
        port: Int, url: String, server: CodecServer, group: ServiceGroup, running: Task<Void, any Error>
    ) {
        self.port = port
        self.url = url
        self.server = server
        self.group = group
        self.running = running
    }

    deinit { running.cancel() }

    /// Starts a gateway; returns once it listens.
    /// - Parameters:
    ///   - gateway: the upstreams and models.
    ///   - configuration: how it listens; unless given, on any free port of this machine only.
    ///   - maps: loads the tokenizer maps that the gateway's configuration names.
    /// - Throws: `ServerError`, `ConfigurationError` or `EngineError`.
    public static func start(
        _ gateway: GatewayConfiguration, keys: CallerKeys? = nil,
        configuration: CodecServer.Configuration = .init(host: "127.0.0.1", port: 0),
        maps: MapLoader = { try TokenizerMap.load(path: $0) }, logger: Logger = Logger(label: "codec")
    ) async throws -> LocalGateway {
        let server = try await CodecServer(
            gateway: gateway, keys: keys, configuration: configuration, maps: maps, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let running = Task { try await group.run() }
        do {
            let port = try await server.boundPort
            let scheme = configuration.tls == nil ? "http" : "https"
            let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
            return LocalGateway(
                port: port, url: "\(scheme)://\(host):\(port)", server: server, group: group, running: running
            )
        } catch {
            running.cancel()
            await server.shutdownUpstreams()
            throw error
        }
    }

    /// Lets running answers finish for the configuration's grace, and ends.
    public func stop() async {
        await group.triggerGracefulShutdown()
        _ = await running.result
        await server.shutdownUpstreams()
    }

    /// Takes a new configuration; requests that run go on where they are.
    /// - Throws: what `start` throws; then nothing has changed.
    public func reload(_ gateway: GatewayConfiguration) async throws { try await server.reload(gateway) }
}
