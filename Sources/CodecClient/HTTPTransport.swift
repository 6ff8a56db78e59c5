import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The connections of one client; they close with the last one who holds this.
final class HTTPTransport: Sendable {
    private let client: HTTPClient

    init(connectTimeout: Duration, idleTimeout: Duration) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout), read: TimeAmount(idleTimeout)))
        // A server that is not there is an answer, and each stream needs a connection for itself.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        client.shutdown { _ in }
    }

    /// Sends a request; returns at the head of the answer, whatever its status.
    func send(_ request: HTTPClientRequest) async throws(ClientError) -> HTTPClientResponse {
        do {
            return try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw ClientError(transport: error, began: false)
        }
    }
}

extension HTTPClientResponse {
    /// At most `limit` bytes of the body.
    /// - Throws: `unexpectedAnswer` when there are more.
    func collect(limit: Int) async throws(ClientError) -> [UInt8] {
        do {
            return Array(try await body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw ClientError(.unexpectedAnswer, "the answer is larger than \(limit) bytes")
        } catch {
            throw ClientError(transport: error, began: true)
        }
    }

    /// What a status other than 200 says.
    func refusal() async -> ClientError {
        let body = (try? await collect(limit: 64 << 10)) ?? []
        let error = ServerRefusal(status: status, headers: headers, body: body)
        let code: ClientError.Code = status == .conflict ? .mapMismatch : .refused
        return ClientError(code, "the server answered \(status.code): \(error.message)", server: error)
    }
}
