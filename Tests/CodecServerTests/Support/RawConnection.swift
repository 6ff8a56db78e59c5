import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection that says exactly what a test wants it to say, and shows exactly what comes back.
final class RawConnection: Sendable {
    private struct State {
        var received: [UInt8] = []
        var isClosed = false
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let connection: RawConnection
        init(_ connection: RawConnection) { self.connection = connection }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).readableBytesView
            connection.state.withLock { $0.received.append(contentsOf: bytes) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            connection.state.withLock { $0.isClosed = true }
        }
    }

    private let state = Mutex(State())
    private let channel = Mutex<(any Channel)?>(nil)

    /// - Parameter reads: whether anything is read from the socket.
    init(port: Int, reads: Bool = true) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(self))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        self.channel.withLock { $0 = channel }
    }

    var received: [UInt8] { state.withLock { $0.received } }
    var text: String { String(decoding: received, as: UTF8.self) }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func send(_ text: String) async throws {
        try await channel.withLock { $0 }?.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Sends a POST of JSON.
    func post(_ path: String, _ json: String, headers: String = "") async throws {
        try await send(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\(headers)"
                + "Content-Length: \(json.utf8.count)\r\n\r\n\(json)")
    }

    func close() async throws {
        try await channel.withLock { $0 }?.close().get()
    }

    /// The chunks' contents of an answer in chunked coding, as far as they have come.
    var chunkedBody: [UInt8] {
        var rest = received[...]
        guard let head = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
        rest = rest[head.upperBound...]
        var body: [UInt8] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let digits = String(decoding: rest[..<line.lowerBound], as: UTF8.self)
            guard let size = Int(digits, radix: 16), size > 0, rest[line.upperBound...].count >= size + 2
            else { break }
            body += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        return body
    }
}
