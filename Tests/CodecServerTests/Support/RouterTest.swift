import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore

@testable import CodecServer

/// Sends requests straight to the routes.
func withRoutes<Value>(
    _ engine: any TokenEngine, assets: WireAssets = .init(),
    configure: (inout CodecServer.Configuration) -> Void = { _ in },
    _ body: @Sendable (any TestClientProtocol) async throws -> Value
) async throws -> Value {
    var configuration = CodecServer.Configuration()
    configure(&configuration)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return try await CodecServer(engine: engine, assets: assets, configuration: configuration, logger: logger)
        .makeApplication().test(.router, body)
}

extension TestClientProtocol {
    /// Posts JSON.
    func post(_ path: String, _ json: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: json))
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await execute(uri: path, method: .get, headers: headers)
    }
}

extension TestResponse {
    var bytes: [UInt8] { Array(body.readableBytesView) }
    var text: String { String(buffer: body) }

    /// The body as JSON.
    func json() throws -> JSONValue { try JSONValue(parsing: bytes) }
}

extension JSONValue {
    /// An element, or nil.
    subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}
