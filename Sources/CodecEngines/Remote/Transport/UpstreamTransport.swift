internal import AsyncHTTPClient
internal import CodecClient
internal import NIOCore
internal import NIOHTTP1

/// Sends requests to one origin: over connections of its own, or through a proxy by a client that knows proxies.
enum UpstreamTransport {
    case direct(DirectTransport)
    case proxied(HTTPTransport)

    /// - Throws: `insecureConnection` where the system has no TLS.
    init(to origin: WebAddress, timeouts: Timeouts, proxy: Proxy?) throws(ClientError) {
        if let proxy {
            self = .proxied(HTTPTransport(to: origin, timeouts: timeouts, proxy: proxy))
        } else {
            self = .direct(try DirectTransport(to: origin, timeouts: timeouts))
        }
    }

    /// Sends a request; returns at the head of the answer, whatever its status.
    func send(
        _ address: WebAddress, method: HTTPMethod, headers: HTTPHeaders, body: [UInt8]?
    ) async throws(ClientError) -> Answer {
        switch self {
        case .direct(let transport):
            let answer = try await transport.send(
                target: address.target, method: method, headers: headers, body: body)
            return Answer(status: answer.head.status, headers: answer.head.headers, body: .direct(answer))
        case .proxied(let transport):
            let answer = try await transport.send(address, method: method, headers: headers, body: body)
            return Answer(
                status: answer.status, headers: answer.headers,
                body: .proxied(answer.body.makeAsyncIterator()))
        }
    }

    /// Ends what runs; nothing can be sent afterwards.
    func shutdown() async {
        switch self {
        case .direct(let transport): await transport.shutdown()
        case .proxied(let transport): await transport.shutdown()
        }
    }

    /// A head, and the body to come.
    struct Answer {
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        let body: Body
    }

    /// Dropping it before its end closes the connection.
    enum Body {
        case direct(DirectAnswer)
        case proxied(HTTPClientResponse.Body.AsyncIterator)

        /// What came with one look at the network; nil at the end of a body that is not cut.
        mutating func next() async throws(ClientError) -> ByteBuffer? {
            switch self {
            case .direct(let answer): return try await answer.next()
            case .proxied(var parts):
                do {
                    let part = try await parts.next()
                    self = .proxied(parts)
                    return part
                } catch {
                    throw ClientError(transport: error, began: true)
                }
            }
        }
    }
}
