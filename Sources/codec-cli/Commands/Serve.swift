import ArgumentParser
import CodecEngines
import CodecGateway
import CodecMaps
import CodecServer
import Foundation
import Logging
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a model, or stand before servers of models: ids, and the usual APIs beside them.",
        discussion: """
            Says on stderr where it listens once it does. SIGTERM or Ctrl-C lets running streams finish; another \
            Ctrl-C ends it at once. SIGHUP reads configuration, keys and certificate again.

              codec serve --model model.gguf
              codec serve --upstream openai=https://api.example.com --upstream-key-env API_KEY
              codec serve --config gateway.yaml --keys keys.json
            """)

    @OptionGroup(title: "A model in this process")
    var local: LocalModelOptions
    @OptionGroup(title: "Servers of models")
    var upstreams: UpstreamOptions
    @Option(help: "A map of the model's vocabulary in place of the one in its file; the map of --upstream.")
    var map: String?
    @OptionGroup(title: "Clients")
    var fronts: FrontOptions
    @Option(help: "Where to listen. Anything but a loopback address opens the server to the network.")
    var host = "127.0.0.1"
    @Option(help: "0 = any free port.")
    var port = 8000
    @OptionGroup(title: "TLS")
    var tls: TLSOptions
    @OptionGroup(title: "Tools and translation")
    var acting: ActingOptions
    @OptionGroup(title: "Small on the wire")
    var wire: WireOptions
    @OptionGroup(title: "Recording")
    var recording: RecordOptions
    @OptionGroup(title: "Versions and policies")
    var versions: VersionOptions
    @Flag(help: "Believe X-Forwarded-Proto: only behind a proxy that sets it.")
    var behindProxy = false
    @Option(help: "How long running streams may go on after SIGTERM.")
    var drainSeconds = 30
    @Option(help: ArgumentHelp("Write the port to a file once the server listens.", valueName: "file"))
    var portFile: String?
    @Option(help: "The least important messages that are logged, on stderr.")
    var logLevel = LogLevel.notice
    @Flag(help: "Say where the server listens as JSON.")
    var json = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
        guard (0...86_400).contains(drainSeconds) else {
            throw ValidationError("--drain-seconds is 0 to 86400")
        }
        guard upstreams.isGiven != (local.model != nil) else {
            throw ValidationError("give one of --model, --upstream and --config")
        }
        if upstreams.config != nil, map != nil {
            throw ValidationError("with --config, maps are named in the file")
        }
        if upstreams.isGiven, let option = acting.localOption ?? wire.localOption {
            throw ValidationError("\(option) is for --model: upstreams have their own")
        }
    }

    func run() async throws {
        var configuration = CodecServer.Configuration(host: host, port: port)
        configuration.shutdownGrace = .seconds(drainSeconds)
        configuration.trustsForwardedProtocol = behindProxy
        configuration.tls = tls.files
        configuration.fronts = fronts.fronts
        // What is quickly found wrong comes before what takes long.
        try await configuration.checkAddress()
        var logger = Logger(label: "codec", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = logLevel.level
        configuration.versions = try versions.rules(environment: ProcessInfo.processInfo.environment)
        configuration.wireProfile = try wire.profile()
        configuration.recorder = try recording.recorder(logger: logger)
        if let model = local.model {
            try await serve(model, &configuration, logger)
        } else {
            try await serveUpstreams(configuration, logger)
        }
    }

    /// A model in this process.
    private func serve(
        _ file: String, _ configuration: inout CodecServer.Configuration, _ logger: Logger
    ) async throws {
        configuration.responses = try ResponseStore.open(fronts.store.map(GatewayConfiguration.Store.init))
        let vocabulary = try await loadMap(map ?? file, cache: nil)
        let toolCalling = try acting.toolCalling(of: vocabulary)
        configuration.translatedMaps = try await acting.maps()
        let assets = try await wire.assets(
            for: vocabulary, from: map ?? file, environment: ProcessInfo.processInfo.environment)
        let engine = try local.load(file, vocabulary, toolCalling)
        let server = CodecServer(
            models: ModelRegistry(engine, assets: assets), keys: try fronts.callerKeys(),
            configuration: configuration, logger: logger)
        let result = await outcome(of: server, ("model", engine.model.name), logger) {
            if let keys = try fronts.callerKeys() { server.reload(keys: keys) }
        }
        await engine.shutdown()
        try result.get()
    }

    /// Other servers' models.
    private func serveUpstreams(_ configuration: CodecServer.Configuration, _ logger: Logger) async throws {
        let gateway = try upstreams.configuration(map: map, fronts: fronts)
        var configuration = configuration
        configuration.responses = try ResponseStore.open(gateway.store)
        configuration.translatedMaps = try await acting.maps()
        let server = try await CodecServer(
            gateway: gateway, keys: try gateway.callerKeys(), configuration: configuration,
            maps: { try await loadMap($0) }, logger: logger)
        let names = gateway.upstreams.map(\.name).joined(separator: ", ")
        let result = await outcome(of: server, ("upstreams", names), logger) {
            let gateway = try upstreams.configuration(map: map, fronts: fronts)
            let keys = try gateway.callerKeys()
            try await server.reload(gateway, maps: { try await loadMap($0) })
            if let keys { server.reload(keys: keys) }
        }
        await server.shutdownUpstreams()
        try result.get()
    }

    /// Runs a server to its end.
    /// - Parameter reload: what SIGHUP asks for, beside the certificate.
    private func outcome(
        of server: CodecServer, _ answering: Answering, _ logger: Logger,
        reload: @escaping @Sendable () async throws -> Void
    ) async -> Result<Void, any Error> {
        let reloading = Reloading(logger: logger) {
            try server.reloadCertificate()
            try await reload()
        }
        do {
            try await run(server, answering, reloading, logger)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func run(
        _ server: CodecServer, _ answering: Answering, _ reloading: Reloading, _ logger: Logger
    ) async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger))
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                await Interruption.shutDown(group)
                return false
            }
            tasks.addTask {
                await reloading.run()
                return false
            }
            tasks.addTask {
                try announce(try await server.boundPort, answering)
                return false
            }
            tasks.addTask {
                try await group.run()
                return true
            }
            while let isServerDone = try await tasks.next(), !isServerDone {}
        }
    }

    /// Who makes the answers: "model" or "upstreams", and their names.
    private typealias Answering = (kind: String, names: String)

    private func announce(_ port: Int, _ answering: Answering) throws {
        let host = host.contains(":") ? "[\(host)]" : host
        let url = "\(tls.files == nil ? "http" : "https")://\(host):\(port)"
        if let portFile { try WholeFile.write("\(port)\n".utf8, portFile) }
        printError(
            json
                ? try encodeJSON(["event": "listening", "url": url, answering.kind: answering.names])
                : "listening on \(url) (\(answering.kind) \(answering.names))")
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
}
