import NIOCore
import NIOPosix
import Synchronization

/// A server on a free port of this machine that answers each request with prepared bytes.
final class ReplayServer: Sendable {
    struct Request: Sendable {
        /// `POST /v1/completions`
        var line: String
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        var path: String { String(line.split(separator: " ").dropFirst().first ?? "") }
    }

    struct Answer: Sendable {
        /// Each part is flushed by itself.
        var parts: [[UInt8]]
        /// What happens to the connection after the last part.
        var closes = true
        /// Sent again and again after the last part, as fast as it is read.
        var endless: [UInt8] = []
        /// Sent byte by byte after the last part, some milliseconds apart, again and again.
        var drip: [UInt8] = []

        /// Status line and headers with a body whose end is the connection's end.
        init(
            status: String = "200 OK", headers: [(String, String)] = [], body parts: [[UInt8]],
            closes: Bool = true
        ) {
            var head = "HTTP/1.1 \(status)\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            self.parts = [Array((head + "\r\n").utf8)] + parts
            self.closes = closes
        }

        /// Bytes of status line and headers, with the empty line.
        var headBytes: Int { parts[0].count }
    }

    private let channel: any Channel
    private let log: RequestLog
    /// Yields once for each connection that came to its end.
    let closings: AsyncStream<Void>

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    /// What came so far; a request is here before its answer is sent.
    var requests: [Request] { log.requests.withLock { $0 } }

    private init(channel: any Channel, log: RequestLog, closings: AsyncStream<Void>) {
        self.channel = channel
        self.log = log
        self.closings = closings
    }

    /// Runs `body` against a server that lives as long as it.
    static func run(
        _ answer: @escaping @Sendable (Request) -> Answer, _ body: (ReplayServer) async throws -> Void
    ) async throws {
        let (closings, continuation) = AsyncStream.makeStream(of: Void.self)
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ReplayHandler(answer: answer, log: log) { continuation.yield() })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Void, any Error>
        do {
            try await body(ReplayServer(channel: channel, log: log, closings: closings))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        try result.get()
    }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[ReplayServer.Request]>([])
}

/// Collects one request of a connection, then sends its answer.
private final class ReplayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable (ReplayServer.Request) -> ReplayServer.Answer
    private let log: RequestLog
    private let closed: @Sendable () -> Void
    private var received: [UInt8] = []

    init(
        answer: @escaping @Sendable (ReplayServer.Request) -> ReplayServer.Answer, log: RequestLog,
        closed: @escaping @Sendable () -> Void
    ) {
        self.answer = answer
        self.log = log
        self.closed = closed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        guard let request = Self.request(received) else { return }
        received = []
        log.requests.withLock { $0.append(request) }
        let answer = answer(request)
        for part in answer.parts {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: part)), promise: nil)
        }
        if !answer.endless.isEmpty {
            repeatedly(context, ByteBuffer(bytes: answer.endless))
        } else if !answer.drip.isEmpty {
            drip(context, answer.drip)
        } else if answer.closes {
            context.close(promise: nil)
        }
    }

    private func repeatedly(_ context: ChannelHandlerContext, _ part: ByteBuffer) {
        let promise = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        promise.futureResult.whenSuccess {
            let (handler, context) = bound.value
            handler.repeatedly(context, part)
        }
        context.writeAndFlush(wrapOutboundOut(part), promise: promise)
    }

    private func drip(_ context: ChannelHandlerContext, _ bytes: [UInt8], at index: Int = 0) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [bytes[index]])))
            .whenSuccess {
                let (_, context) = bound.value
                context.eventLoop.scheduleTask(in: .milliseconds(5)) {
                    let (handler, context) = bound.value
                    handler.drip(context, bytes, at: (index + 1) % bytes.count)
                }
            }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    /// The request in these bytes, once it is there as a whole.
    private static func request(_ bytes: [UInt8]) -> ReplayServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        guard let headEnd = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let body = Array(bytes[(headEnd + end.count)...])
        guard body.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
        return .init(line: String(lines.first ?? ""), headers: headers, body: body)
    }
}
