import AsyncHTTPClient
import CodecGateway
import CodecMaps
import CodecServer
import Logging
import NIOCore
import NIOHTTP1

/// A gateway in this process, and what its clients see.
struct GatewayClient: Sendable {
    struct Answer {
        var status: UInt
        var headers: HTTPHeaders
        var bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }

        func json() throws -> JSONValue { try JSONValue(parsing: bytes) }
    }

    let gateway: LocalGateway

    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A gateway for the time of a closure.
    static func with(
        _ configuration: GatewayConfiguration, keys: CallerKeys? = nil,
        listening: CodecServer.Configuration = .init(host: "127.0.0.1", port: 0),
        _ body: (GatewayClient) async throws -> Void
    ) async throws {
        let gateway = try await LocalGateway.start(
            configuration, keys: keys, configuration: listening, logger: quiet)
        do {
            try await body(GatewayClient(gateway: gateway))
            await gateway.stop()
        } catch {
            await gateway.stop()
            throw error
        }
    }

    /// A gateway before upstreams as `codec serve --upstream` has them.
    static func with(flags: [String], _ body: (GatewayClient) async throws -> Void) async throws {
        try await with(try GatewayConfiguration(flags: flags, environment: [:]), body)
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(HTTPClientRequest(url: gateway.url + path), headers)
    }

    func post(
        _ path: String, _ json: String, headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: gateway.url + path)
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: json))
        return try await send(request, headers + [("Content-Type", "application/json")])
    }

    private func send(_ request: HTTPClientRequest, _ headers: [(String, String)]) async throws -> Answer {
        var request = request
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: 1 << 22)
        return Answer(
            status: answer.status.code, headers: answer.headers, bytes: Array(body.readableBytesView))
    }
}
