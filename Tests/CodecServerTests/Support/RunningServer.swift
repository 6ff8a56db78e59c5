import CodecEngines
import CodecServer
import Logging
import ServiceLifecycle

/// A server on a port of its own for the time of a closure.
struct RunningServer {
    let port: Int
    /// Begins a graceful shutdown.
    let shutDown: @Sendable () async -> Void
    /// Returns when the server has stopped.
    let stopped: @Sendable () async throws -> Void

    static func with<Value: Sendable>(
        _ engine: any TokenEngine, assets: WireAssets = .init(),
        configure: (inout CodecServer.Configuration) -> Void = { _ in },
        _ body: (RunningServer) async throws -> Value
    ) async throws -> Value {
        var configuration = CodecServer.Configuration(host: "127.0.0.1", port: 0)
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let server = CodecServer(engine: engine, assets: assets, configuration: configuration, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        let running = Task { try await group.run() }
        let port = try await server.boundPort
        let handle = RunningServer(
            port: port, shutDown: { await group.triggerGracefulShutdown() },
            stopped: { try await running.value })
        do {
            let value = try await body(handle)
            running.cancel()
            _ = await running.result
            return value
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
    }
}
