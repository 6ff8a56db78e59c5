import CodecClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import CodecEngines

@Suite("Direct connections")
struct DirectTransportTests {
    @Test("on an event loop a connection of that loop is used, and used again")
    func loops() async throws {
        try await PlainServer.run(answering: PlainServer.short) { server in
            let transport = try DirectTransport(to: server.origin, timeouts: Timeouts())
            for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
                try await withTaskExecutorPreference(OnLoop(loop)) {
                    for _ in 0..<8 {
                        let text = try await transport.document()
                        #expect(text == "ok")
                        #expect(loop.inEventLoop)
                    }
                }
            }
            let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
            #expect(server.accepted == loops.count)
            await transport.shutdown()
        }
    }

    @Test("a server may close what it could have kept")
    func closing() async throws {
        try await PlainServer.run(answering: {
            PlainServer.short($0); $0.close(promise: nil)
        }) { server in
            let transport = try DirectTransport(to: server.origin, timeouts: Timeouts())
            for count in 1...100 {
                #expect(try await transport.document() == "ok")
                #expect(server.accepted >= count)
            }
        }
    }

    @Test("a request that a server drops is sent once more, not over every connection that is kept")
    func dropping() async throws {
        let kept = 5
        let seen = Mutex((channels: [any Channel](), dropped: 0))
        try await PlainServer.run(answering: { channel in
            let answered = seen.withLock { seen in
                if seen.channels.contains(where: { $0 === channel }) {
                    seen.dropped += 1
                    return [any Channel]?.none
                }
                seen.channels.append(channel)
                // The first ones are open at the same time.
                if seen.channels.count < kept { return [] }
                return seen.channels.count == kept ? seen.channels : [channel]
            }
            guard let answered else { return channel.close(promise: nil) }
            for channel in answered { PlainServer.short(channel) }
        }) { server in
            let transport = try DirectTransport(to: server.origin, timeouts: Timeouts())
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<kept { group.addTask { try await transport.document() } }
                for try await text in group { #expect(text == "ok") }
            }
            #expect(server.accepted == kept)
            #expect(try await transport.document() == "ok")
            #expect(seen.withLock { $0.dropped } == 1)
            #expect(server.accepted == kept + 1)
            await transport.shutdown()
        }
    }

    @Test("what nobody reads stays at the server")
    func backPressure() async throws {
        let part = ByteBuffer(repeating: 97, count: 1 << 20)
        let sent = Atomic(0)
        try await PlainServer.run(answering: { channel in
            channel.writeAndFlush(
                ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: \(64 << 20)\r\n\r\n"), promise: nil)
            for _ in 0..<64 {
                channel.writeAndFlush(part).whenSuccess { sent.add(1, ordering: .relaxed) }
            }
        }) { server in
            let transport = try DirectTransport(to: server.origin, timeouts: Timeouts())
            let answer = try await transport.get()
            var count = try #require(try await answer.next()).readableBytes
            var last = -1
            while sent.load(ordering: .relaxed) > last {
                last = sent.load(ordering: .relaxed)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(last < 32)
            while let part = try await answer.next() { count += part.readableBytes }
            #expect(count == 64 << 20)
        }
    }

    @Test("over TLS the certificate must be trusted, and be that of the host")
    func security() async throws {
        let certificate = try NIOSSLCertificate(bytes: Array(Self.certificate.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(Self.key.utf8), format: .pem)))
        configuration.applicationProtocols = ["http/1.1"]
        let context = try NIOSSLContext(configuration: configuration)
        let trust = NIOSSLTrustRoots.certificates([certificate])
        try await PlainServer.run(answering: PlainServer.short, security: context) { server in
            let named = try WebAddress("https://localhost:\(server.port)")
            let transport = try DirectTransport(to: named, timeouts: Timeouts(), trust: trust)
            for _ in 0..<3 { #expect(try await transport.document() == "ok") }
            #expect(server.accepted == 1)
            let numbered = try WebAddress("https://127.0.0.1:\(server.port)")
            let refused = [
                try DirectTransport(to: named, timeouts: Timeouts()),
                try DirectTransport(to: numbered, timeouts: Timeouts(), trust: trust),
            ]
            for transport in refused {
                let error = await #expect(throws: ClientError.self) { try await transport.document() }
                #expect(error?.code == .insecureConnection)
            }
        }
    }

    @Test("a server that never speaks TLS is given up like one that cannot be reached")
    func silentHandshake() async throws {
        try await PlainServer.run(answering: { _ in }) { server in
            let origin = try WebAddress("https://127.0.0.1:\(server.port)")
            let transport = try DirectTransport(to: origin, timeouts: Timeouts(connect: .milliseconds(100)))
            let error = await #expect(throws: ClientError.self) { try await transport.document() }
            #expect(error?.code == .connection)
            try await eventually { server.open == 0 }
        }
    }

    /// Self-signed, for `localhost`.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBljCCATugAwIBAgIULTmao3JvNcgAvPyy4TzH72T7rk0wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIyMzMyNVoYDzIxMjYxMDI4
        MjIzMzI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASQ8HqriwEbfvg9pkpDLrM6lZlR4epJYBcFD2nURMSH1hyfnq3QIa9F
        46Bz9eXU/I+FxyDUBbNTM5i185mDcELwo2kwZzAdBgNVHQ4EFgQUsUo+r9t6eiy9
        il2OZzbLC9KoY5IwHwYDVR0jBBgwFoAUsUo+r9t6eiy9il2OZzbLC9KoY5IwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        SQAwRgIhAP8OSl5cuqVtp+79nS+N8bjmmtuBMklWkytrwbNoKfzmAiEAr2YFqqK0
        K85bMcOGAOtK2+zPZgouvnb4L8Nrom085aw=
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUz4rOu99dyV/ddLk
        QZvV3phdXkTdghVv4eZC9/yzI0ehRANCAASQ8HqriwEbfvg9pkpDLrM6lZlR4epJ
        YBcFD2nURMSH1hyfnq3QIa9F46Bz9eXU/I+FxyDUBbNTM5i185mDcELw
        -----END PRIVATE KEY-----
        """
}

extension DirectTransport {
    fileprivate func get() async throws(ClientError) -> DirectAnswer {
        try await send(target: "/", method: .GET, headers: [:], body: nil)
    }

    fileprivate func document() async throws(ClientError) -> String {
        let answer = try await get()
        var text = ""
        while let part = try await answer.next() { text += String(buffer: part) }
        return text
    }
}

private final class OnLoop: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// A server that answers whatever comes with the bytes it is told.
private final class PlainServer: Sendable {
    static let short: @Sendable (any Channel) -> Void = { channel in
        channel.writeAndFlush(
            ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), promise: nil)
    }

    private let counts = Mutex((accepted: 0, open: 0))
    private let bound = Mutex(0)

    var accepted: Int { counts.withLock { $0.accepted } }
    var open: Int { counts.withLock { $0.open } }
    var port: Int { bound.withLock { $0 } }
    var origin: WebAddress {
        get throws { try WebAddress("http://127.0.0.1:\(port)") }
    }

    static func run(
        answering: @escaping @Sendable (any Channel) -> Void, security: NIOSSLContext? = nil,
        _ body: (PlainServer) async throws -> Void
    ) async throws {
        let server = PlainServer()
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: loops).childChannelInitializer { channel in
            server.counts.withLock { $0 = ($0.accepted + 1, $0.open + 1) }
            channel.closeFuture.whenComplete { _ in server.counts.withLock { $0.open -= 1 } }
            return channel.eventLoop.makeCompletedFuture {
                if let security {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
                }
                try channel.pipeline.syncOperations.addHandler(Answering(answering))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
        server.bound.withLock { $0 = listener.localAddress?.port ?? 0 }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try await loops.shutdownGracefully()
        try result.get()
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let answer: @Sendable (any Channel) -> Void

        init(_ answer: @escaping @Sendable (any Channel) -> Void) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            // A request without a body comes with one read.
            if String(buffer: unwrapInboundIn(data)).hasPrefix("GET ") { answer(context.channel) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
