import NIOCore
import NIOPosix

/// Opens streams, a few at a time, and keeps them.
final class StreamOpener {
    /// Streams that are being opened at a time.
    private static let opening = 32
    let question: Question
    private let port: Int
    private var left: Int
    private var waiting = 0
    private let done: EventLoopPromise<Void>

    init(_ question: Question, port: Int, streams: Int, on loop: any EventLoop) {
        self.question = question
        self.port = port
        left = streams
        done = loop.makePromise()
    }

    func run() -> EventLoopFuture<Void> {
        for _ in 0..<Self.opening { openNext() }
        return done.futureResult
    }

    private func openNext() {
        guard left > 0 else {
            if waiting == 0 { done.succeed() }
            return
        }
        left -= 1
        waiting += 1
        let loop = done.futureResult.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FirstPiece(this.value))
            }
        }
        .connect(host: "127.0.0.1", port: port)
        .whenFailure { this.value.failed($0) }
    }

    func opened() {
        waiting -= 1
        openNext()
    }

    func failed(_ error: any Error) {
        done.fail(error)
    }
}

/// A stream that has been opened once the first piece has come; what comes later is not read.
private final class FirstPiece: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let opener: StreamOpener
    private var reader = MessageReader()
    private var opened = false

    init(_ opener: StreamOpener) {
        self.opener = opener
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(opener.question.bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !opened else { return }
        reader.append(&bytes)
        do {
            guard try !reader.advance() else { throw AnswerCheck.Fault.wrong(String(buffer: reader.body)) }
        } catch {
            opener.failed(error)
        }
        guard reader.body.offset(of: "content") != nil else { return }
        opened = true
        opener.opened()
    }

    func channelInactive(context: ChannelHandlerContext) {
        opener.failed(AnswerCheck.Fault.wrong("an idle stream was closed"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        opener.failed(error)
    }
}
