import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A small HTTP proxy on a free port of this machine: takes requests in absolute form and tunnels. Every host that is
/// asked for is the one server behind it, so that names need not exist.
final class SmallProxy: Sendable {
    private let channel: any Channel
    private let log: Log

    var url: String { "http://user:pass@127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    /// The heads of the requests that came, as they were written.
    var heads: [String] { log.heads.withLock { $0 } }
    /// The first bytes that came through tunnels.
    var tunnelled: [UInt8] { log.tunnelled.withLock { $0 } }

    fileprivate final class Log: Sendable {
        let heads = Mutex<[String]>([])
        let tunnelled = Mutex<[UInt8]>([])
    }

    private init(channel: any Channel, log: Log) {
        self.channel = channel
        self.log = log
    }

    /// - Parameters:
    ///   - refuses: the status line in place of a tunnel.
    ///   - cutsTunnels: whether a tunnel is closed when something came through it.
    static func run(
        to port: Int, refuses: String? = nil, cutsTunnels: Bool = false,
        _ body: (SmallProxy) async throws -> Void
    ) async throws {
        let log = Log()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ProxyHandler(port: port, refuses: refuses, cutsTunnels: cutsTunnels, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(SmallProxy(channel: channel, log: log))
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }
}

/// Reads a head, connects to the server, and then passes on what comes from either side.
private final class ProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let port: Int
    private let refuses: String?
    private let cutsTunnels: Bool
    private let log: SmallProxy.Log
    private var received = ""
    private var waiting = ByteBuffer()
    private var isConnecting = false
    private var isTunnel = false
    private var server: (any Channel)?

    init(port: Int, refuses: String?, cutsTunnels: Bool, log: SmallProxy.Log) {
        self.port = port
        self.refuses = refuses
        self.cutsTunnels = cutsTunnels
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if isTunnel {
            log.tunnelled.withLock { $0 += buffer.readableBytesView }
            if cutsTunnels { return context.close(promise: nil) }
        }
        if let server { return server.writeAndFlush(buffer, promise: nil) }
        guard !isConnecting else {
            waiting.writeBuffer(&buffer)
            return
        }
        received += String(buffer: buffer)
        guard let end = received.range(of: "\r\n\r\n") else { return }
        let head = String(received[..<end.upperBound])
        log.heads.withLock { $0.append(head) }
        isTunnel = head.hasPrefix("CONNECT ")
        if let refuses, isTunnel {
            let answer = ByteBuffer(string: "HTTP/1.1 \(refuses)\r\nContent-Length: 0\r\n\r\n")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            return context.close(promise: nil)
        }
        if !isTunnel { waiting.writeString(Self.originForm(received)) }
        connect(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        server?.close(promise: nil)
        context.fireChannelInactive()
    }

    private func connect(_ context: ChannelHandlerContext) {
        isConnecting = true
        let client = context.channel
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PassingHandler(to: client))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                guard case .success(let server) = result else { return client.close(promise: nil) }
                let handler = bound.value
                handler.server = server
                if handler.isTunnel {
                    client.writeAndFlush(
                        ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"), promise: nil)
                }
                server.writeAndFlush(handler.waiting, promise: nil)
            }
    }

    /// `GET http://host/path HTTP/1.1` to `GET /path HTTP/1.1`.
    private static func originForm(_ text: String) -> String {
        var line = text.split(separator: "\r\n", maxSplits: 1)[0].split(separator: " ").map(String.init)
        line[1] = URL(string: line[1]).map { $0.path + ($0.query.map { "?" + $0 } ?? "") } ?? "/"
        return line.joined(separator: " ") + text[(text.range(of: "\r\n")?.lowerBound ?? text.endIndex)...]
    }
}

private final class PassingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }
}
