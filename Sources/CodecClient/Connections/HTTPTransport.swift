package import AsyncHTTPClient
import NIOCore
package import NIOHTTP1

/// The connections to one origin; they close with the last one who holds this. Redirects are not followed.
package final class HTTPTransport: Sendable {
    /// So many connections in a row may turn out to be closed.
    private static let staleConnections = 8

    private let client: HTTPClient
    private let timeouts: Timeouts
    /// A proxy that is asked itself, in place of a tunnel.
    private let forwarder: Proxy?
    /// For errors.
    private let place: String

    /// - Parameters:
    ///   - proxy: what leads to the origin.
    ///   - pinned: the one address that the host's name stands for; nil to have it resolved.
    package init(to origin: WebAddress, timeouts: Timeouts, proxy: Proxy?, pinned: IPAddress? = nil) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(timeouts.connect)))
        configuration.httpVersion = .http1Only
        // A server that is not there is an answer, and each stream needs a connection for itself.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
        forwarder = origin.isSecure || proxy?.kind != .http ? nil : proxy
        if forwarder == nil { configuration.proxy = proxy?.tunnel }
        configuration.http1_1ConnectionDebugInitializer = { [isForwarded = forwarder != nil] channel in
            let pacing = ConnectionPacing.install(in: channel, patience: TimeAmount(timeouts.idle))
            guard isForwarded else { return pacing }
            return pacing.flatMap { AbsoluteFormHandler.install(in: channel) }
        }
        if let pinned { configuration.dnsOverride = [origin.host: pinned.description] }
        place = origin.authority + (proxy.map { " through the proxy \($0.host):\($0.port)" } ?? "")
        self.timeouts = timeouts
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        client.shutdown { _ in }
    }

    /// Ends what runs; nothing can be sent afterwards.
    package func shutdown() async {
        // That it was shut down before is the one failure.
        try? await client.shutdown()
    }

    /// Sends a request; returns at the head of the answer, whatever its status.
    package func send(
        _ address: WebAddress, method: HTTPMethod = .GET, headers: HTTPHeaders, body: [UInt8]? = nil
    ) async throws(ClientError) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.description)
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        if let forwarder {
            let host = forwarder.host.contains(":") ? "[\(forwarder.host)]" : forwarder.host
            request.url = "http://\(host):\(forwarder.port)\(address.target)"
            request.headers.replaceOrAdd(name: "Host", value: address.authority)
            if let authorization = forwarder.authorization {
                request.headers.replaceOrAdd(name: "Proxy-Authorization", value: authorization)
            }
        }
        for _ in 0..<Self.staleConnections {
            do {
                return try await client.execute(request, timeout: TimeAmount(timeouts.firstByte))
            } catch ChannelError.ioOnClosedChannel {
                // The server closed a kept-alive connection just now, and the request was not sent.
            } catch is ConnectionPacing.Stale {
                // It was sent while the server closed, which is told from a failure by there being no answer at all.
            } catch {
                throw ClientError(transport: error, began: false, reaching: place)
            }
        }
        throw ClientError(.disconnected, "cannot reach \(place): it closes every connection")
    }
}

extension HTTPClientResponse {
    /// What a status other than 200 says.
    func refusal() async -> ClientError {
        ClientError(status: status, headers: headers, body: await beginning())
    }

    /// The body's first bytes, as far as an error's text needs them.
    private func beginning() async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                bytes += part.readableBytesView
                if bytes.count >= 64 << 10 { break }
            }
        } catch {
            // What came will do.
        }
        return bytes
    }
}
