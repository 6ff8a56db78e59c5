internal import CodecCompression
public import CodecEngines
internal import CodecGateway
internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdHTTP2
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// Serves a model's ids, and the usual OpenAI API beside them, over HTTP (spec §3): HTTP/1.1, and
/// with TLS HTTP/2 too.
///
/// A `Service`: run it in a `ServiceGroup`, or call `run()`. On graceful shutdown it accepts nothing more, lets
/// running streams finish for `Configuration.shutdownGrace`, then ends them with an error that their clients
/// see. It does not shut its engines down: whoever made them does, after `run()` has returned.
public struct CodecServer: Service {
    let models: ModelRegistry
    let configuration: Configuration
    let logger: Logger
    private let connections = ConnectionRegistry()
    private let port = BoundPort()
    private let drain = Drain()
    /// nil = no TLS.
    private let certificates: TLSChannels?
    /// nil = the models run in this process.
    let gateway: Gateway?
    /// nil = everybody is let in.
    let callers: Callers?
    /// nil = no responses are kept.
    private let background: BackgroundResponses?

    public init(models: ModelRegistry, configuration: Configuration = .init(), logger: Logger) {
        self.init(models: models, gateway: nil, callers: nil, configuration: configuration, logger: logger)
    }

    init(
        models: ModelRegistry, gateway: Gateway?, callers: Callers?, configuration: Configuration,
        logger: Logger
    ) {
        self.models = models
        self.gateway = gateway
        self.callers = callers
        self.configuration = configuration
        self.logger = logger
        certificates = configuration.tls.map(TLSChannels.init)
        background = configuration.responses.map {
            BackgroundResponses(
                store: $0, keepAliveInterval: configuration.keepAliveInterval, clock: Self.clock,
                logger: logger)
        }
    }

    /// A server of one model.
    public init(
        engine: any TokenEngine, assets: WireAssets = .init(), configuration: Configuration = .init(),
        logger: Logger
    ) {
        self.init(
            models: ModelRegistry(engine, assets: assets), configuration: configuration, logger: logger)
    }

    /// The port that the server listens on; waits until it does.
    /// - Throws: `ServerError` when it never will.
    public var boundPort: Int {
        get async throws { try await port.value }
    }

    /// Serves until the task is cancelled or the service group shuts down.
    /// - Throws: `ServerError` when the address cannot be bound.
    public func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try? await endStreamsAfterGrace() }
                try await makeApplication().run()
            }
            await background?.shutdown()
            configuration.recorder?.flush()
            port.fail(ServerError(.stopped, "The server has stopped."))
        } catch {
            let failure = ServerError(error, configuration: configuration)
            port.fail(failure)
            throw failure
        }
    }

    /// Reads the files of `Configuration.tls` again: new connections get the certificate that is there now.
    /// - Throws: `ServerError` that names the file; then the certificate stays as it was.
    public func reloadCertificate() throws { try certificates?.reload() }

    /// Waits for the shutdown to begin, and bounds it; ends early when the task is cancelled.
    private func endStreamsAfterGrace() async throws {
        try await gracefulShutdown()
        drain.begin()
        logger.info(
            "Shutting down", metadata: ["grace_seconds": "\(configuration.shutdownGrace / .seconds(1))"])
        try await Task.sleep(for: configuration.shutdownGrace, clock: .continuous)
        connections.endStreams()
        try await Task.sleep(for: configuration.farewell, clock: .continuous)
        connections.closeAll()
    }

    /// The whole server as Hummingbird runs it; tests run it in their own way.
    func makeApplication() -> some ApplicationProtocol {
        let port = port
        return Application(
            router: makeRouter(), server: connectionBuilder(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "codec",
                availableConnectionsDelegate: MaximumAvailableConnections(
                    min(
                        configuration.maximumConnections,
                        FileDescriptors.forConnections(asksUpstreams: gateway != nil)), logger: logger)),
            onServerRunning: { channel in port.succeed(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    /// Seconds since 1970, now.
    private static let clock: @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }

    private func makeRouter() -> Router<ServerContext> {
        let metrics = ServerMetrics()
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            RequestObserver(metrics: metrics)
            CORSHeaders()
            ErrorMiddleware()
            CallerGate(callers: callers, isBehindProxy: configuration.trustsForwardedProtocol)
        }
        let table = RouteTable(router: router)
        let reader = RequestBodyReader(
            limit: configuration.requestBodyLimit, decompressedLimit: configuration.decompressedBodyLimit,
            budget: BodyBudget(limit: configuration.bodyMemoryLimit))
        let picker = EncodingPicker(profile: configuration.wireProfile)
        let texts = TextCompleter(
            metrics: metrics, picker: picker, recorder: configuration.recorder, flush: configuration.flush,
            keepAliveInterval: configuration.keepAliveInterval)
        CompletionRoutes(
            models: models, reader: reader,
            completer: Completer(
                metrics: metrics, versions: configuration.versions, picker: picker,
                recorder: configuration.recorder),
            texts: texts, flush: configuration.flush, translatedMaps: configuration.translatedMaps,
            clock: Self.clock
        ).add(to: table, fronts: configuration.fronts)
        if configuration.fronts.contains(.responses) {
            ResponsesRoutes(
                models: models, reader: reader, texts: texts, store: configuration.responses,
                background: background, clock: Self.clock
            ).add(to: table)
        }
        if configuration.fronts.contains(.messages) {
            MessagesRoutes(models: models, reader: reader, texts: texts, clock: Self.clock).add(to: table)
        }
        ModelRoutes(models: models).add(to: table)
        StatusRoutes(models: models, metrics: metrics, connections: connections, gateway: gateway).add(
            to: table)
        GatewayRoutes(gateway: gateway, drain: drain).add(to: table)
        WellKnownRoutes(
            models: models, versions: configuration.versions,
            trustsForwardedProtocol: configuration.trustsForwardedProtocol
        ).add(to: table)
        return router
    }

    private func connectionBuilder() -> HTTPServerBuilder {
        let http = HTTP1Channel.Configuration(
            idleTimeout: TimeAmount(configuration.requestTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: configuration.headerValueLimit,
                maxHeaderListSize: 8 * configuration.headerValueLimit, maxHeaderFieldCount: 100))
        let stallTimeout = TimeAmount(configuration.stallTimeout)
        let requestTimeout = configuration.requestTimeout
        return HTTPServerBuilder { [connections, certificates] responder in
            let responder = ExpectContinue.answering(responder)
            guard let certificates else {
                return ConnectionChannel(
                    http: HTTP1Channel(responder: responder, configuration: http),
                    connections: connections, stallTimeout: stallTimeout)
            }
            var streams = http
            streams.additionalChannelHandlers = {
                [ConnectionWatch(presence: ClientPresence(), stallTimeout: stallTimeout)]
            }
            try certificates.start(
                HTTP2ChannelConfiguration(idleTimeout: requestTimeout, streamConfiguration: streams),
                responder: StreamPresence.watching(responder))
            return TLSConnectionChannel(
                channels: certificates, connections: connections, stallTimeout: stallTimeout,
                handshakeTimeout: TimeAmount(requestTimeout))
        }
    }
}
