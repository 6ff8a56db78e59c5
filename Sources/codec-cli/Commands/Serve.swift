import ArgumentParser
import CodecEngines
import CodecMaps
import CodecServer
import Foundation
import Logging
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a model: ids, and the OpenAI API beside them.",
        discussion: """
            Says on stderr where it listens once it does. SIGTERM or Ctrl-C lets running streams finish; another \
            Ctrl-C ends it at once.

              codec serve --model model.gguf
              codec serve --model model.gguf --port 0 --port-file port.txt
            """)

    @Option(help: ArgumentHelp("The model's GGUF file.", valueName: "file"))
    var model: String
    @Option(help: "Where to listen. Anything but a loopback address opens the server to the network.")
    var host = "127.0.0.1"
    @Option(help: "0 = any free port.")
    var port = 8000
    @Option(help: "So many requests are decoded together.")
    var parallel = 4
    @Option(
        help:
            "Tokens that a prompt and its completion share; the model's own limit (at most 4096) unless given."
    )
    var context: Int?
    @Option(
        help:
            "Threads that compute; one fewer than processors unless given. Fewer are faster on a busy machine."
    )
    var threads: Int?
    @Option(help: "So many requests may wait for their turn.")
    var queue = 64
    @Option(help: "A map of the model's vocabulary in place of the one in its file.")
    var map: String?
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
        guard (1...64).contains(parallel) else { throw ValidationError("--parallel is 1 to 64") }
        if let threads, threads < 1 { throw ValidationError("--threads is at least 1") }
        guard queue >= 0 else { throw ValidationError("--queue is at least 0") }
        guard (0...86_400).contains(drainSeconds) else {
            throw ValidationError("--drain-seconds is 0 to 86400")
        }
        if let context, context < 1 { throw ValidationError("--context is at least 1") }
    }

    func run() async throws {
        var configuration = CodecServer.Configuration(host: host, port: port)
        configuration.shutdownGrace = .seconds(drainSeconds)
        configuration.trustsForwardedProtocol = behindProxy
        // What is quickly found wrong comes before what takes long.
        try await configuration.checkAddress()
        let environment = ProcessInfo.processInfo.environment
        var logger = Logger(label: "codec", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = logLevel.level
        configuration.versions = try versions.rules(environment: environment)
        configuration.wireProfile = try wire.profile()
        configuration.recorder = try recording.recorder(logger: logger)
        configuration.responses = try ResponseStore(.memory)
        let vocabulary = try await loadMap(map ?? model, cache: nil)
        let toolCalling = try acting.toolCalling(of: vocabulary)
        configuration.translatedMaps = try await acting.maps()
        let assets = try await wire.assets(
            for: vocabulary, from: map ?? model, environment: environment)
        let engine = try loadEngine(vocabulary, toolCalling)
        let server = CodecServer(
            engine: engine, assets: assets, configuration: configuration, logger: logger)
        let result: Result<Void, any Error>
        do {
            try await run(server, engine.model.name, logger)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await engine.shutdown()
        try result.get()
    }

    private func run(_ server: CodecServer, _ modelName: String, _ logger: Logger) async throws {
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
                try announce(try await server.boundPort, modelName)
                return false
            }
            tasks.addTask {
                try await group.run()
                return true
            }
            while let isServerDone = try await tasks.next(), !isServerDone {}
        }
    }

    private func loadEngine(_ vocabulary: TokenizerMap, _ toolCalling: ToolCalling?) throws -> LlamaEngine {
        do {
            return try LlamaEngine(
                LlamaConfiguration(
                    modelPath: model, parallel: parallel, contextLength: context, threads: threads,
                    queueLimit: queue, toolCalling: toolCalling),
                map: vocabulary)
        } catch {
            throw Failure("\(model): \(error.message)")
        }
    }

    private func announce(_ port: Int, _ modelName: String) throws {
        let host = host.contains(":") ? "[\(host)]" : host
        let url = "http://\(host):\(port)"
        if let portFile { try WholeFile.write("\(port)\n".utf8, portFile) }
        printError(
            json
                ? try encodeJSON(["event": "listening", "url": url, "model": modelName])
                : "listening on \(url) (model \(modelName))")
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
}
