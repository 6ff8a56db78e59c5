internal import CodecClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// The connections to one origin without a proxy: a request that is made on an event loop is sent, and its answer read, on
/// that same loop. Redirects are not followed.
final class DirectTransport: Sendable {
    private let origin: WebAddress
    private let timeouts: Timeouts
    private let connections: [ObjectIdentifier: LoopConnections]
    /// For those who are on no loop.
    private let first: LoopConnections

    /// - Parameter trust: Whose certificates are believed.
    /// - Throws: `insecureConnection` where the system has no TLS.
    init(
        to origin: WebAddress, timeouts: Timeouts, trust: NIOSSLTrustRoots = .default
    ) throws(ClientError) {
        let security = origin.isSecure ? try Self.security(trust) : nil
        self.origin = origin
        self.timeouts = timeouts
        func connections(on loop: any EventLoop) -> LoopConnections {
            LoopConnections(to: origin, timeouts: timeouts, security: security, on: loop)
        }
        let loops = MultiThreadedEventLoopGroup.singleton
        first = connections(on: loops.next())
        var all = [ObjectIdentifier(first.loop): first]
        for loop in loops.makeIterator() where loop !== first.loop {
            all[ObjectIdentifier(loop)] = connections(on: loop)
        }
        self.connections = all
    }

    deinit {
        for connections in connections.values {
            connections.loop.execute { connections.close() }
        }
    }

    /// Ends what runs; nothing can be sent afterwards.
    func shutdown() async {
        for connections in connections.values {
            try? await connections.loop.submit { connections.close() }.get()
        }
    }

    /// Sends a request; returns at the head of the answer, whatever its status.
    func send(
        target: String, method: HTTPMethod, headers: HTTPHeaders, body: [UInt8]?
    ) async throws(ClientError) -> DirectAnswer {
        let here = MultiThreadedEventLoopGroup.currentEventLoop.flatMap {
            self.connections[ObjectIdentifier($0)]
        }
        let connections = here ?? first
        var request = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)
        request.headers.replaceOrAdd(name: "Host", value: origin.authority)
        if let body { request.headers.replaceOrAdd(name: "Content-Length", value: String(body.count)) }
        let exchange = Exchange(
            request, body: body.map { ByteBuffer(bytes: $0) }, timeouts: timeouts, on: connections.loop)
        return DirectAnswer(head: try await exchange.send { connections.start($0) }, exchange)
    }

    private static func security(_ trust: NIOSSLTrustRoots) throws(ClientError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        configuration.trustRoots = trust
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ClientError(.insecureConnection, "TLS cannot be set up: \(error)")
        }
    }
}

/// The head of an answer, and the body to come. Dropping it before the body's end closes the connection.
final class DirectAnswer: Sendable {
    let head: HTTPResponseHead
    private let exchange: Exchange

    fileprivate init(head: HTTPResponseHead, _ exchange: Exchange) {
        self.head = head
        self.exchange = exchange
    }

    deinit {
        exchange.abandon()
    }

    /// What has come of the body, never empty; nil at the end of one that is not cut.
    func next() async throws(ClientError) -> ByteBuffer? { try await exchange.next() }

    /// Nobody reads any more: the connection is kept if the answer's end is near.
    func drain() { exchange.drain() }
}
