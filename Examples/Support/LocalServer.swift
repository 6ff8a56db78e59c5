public import CodecEngines
public import CodecServer
import Logging
import ServiceLifecycle

/// A server in this very process, on a free port of this machine.
public enum LocalServer {
    /// Runs `body` with the server's address; the server ends with it.
    public static func run<Result: Sendable>(
        _ engine: any TokenEngine, configure: (inout CodecServer.Configuration) -> Void = { _ in },
        _ body: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        var configuration = CodecServer.Configuration(port: 0)
        configure(&configuration)
        var logger = Logger(label: "example")
        logger.logLevel = .error
        let server = CodecServer(engine: engine, configuration: configuration, logger: logger)
        let services = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body("http://127.0.0.1:\(try await server.boundPort)"))
            } catch {
                result = .failure(error)
            }
            await services.triggerGracefulShutdown()
            return try result.get()
        }
    }
}
