import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Stands between a connection's bytes and its user: sends a request with one write, hands on what one look at the network
/// gave of a body in one piece, and notices a server that stops sending in the middle of an answer.
///
/// Silence counts from when more was asked for, so that a slow reader is not taken for a slow server.
final class ConnectionPacing: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// A kept-alive connection was closed before a byte of the next answer: the server had given it up.
    struct Stale: Error {}

    private let patience: TimeAmount
    private var body: ByteBuffer?
    private var isSending = false
    private var isInAnswer = false
    private var hasAnswered = false
    private var isAnswerDue = false
    private var isReading = false
    private var silentSince = NIODeadline.now()
    private var timer: Scheduled<Void>?

    /// - Parameter patience: How long a server may be silent in the middle of an answer.
    init(patience: TimeAmount) {
        self.patience = patience
    }

    /// Puts a handler behind the decoder of a connection's answers.
    static func install(in channel: any Channel, patience: TimeAmount) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(ConnectionPacing(patience: patience), position: .after(decoder.handler))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    // MARK: The answer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .body(var part):
            if body?.writeBuffer(&part) == nil { body = part }
            return
        case .head(let head):
            isAnswerDue = false
            isInAnswer = head.status.code >= 200
        case .end:
            isInAnswer = false
            hasAnswered = true
        }
        release(context)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        silentSince = .now()
        release(context)
        if isInAnswer, timer == nil { schedule(context, in: patience) }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if !isReading {
            isReading = true
            silentSince = .now()
        }
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        release(context)
        // A server that resets a connection has closed it just as well.
        context.fireErrorCaught(isAnswerDue && hasAnswered && error is IOError ? Stale() : error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        release(context)
        if isAnswerDue, hasAnswered { context.fireErrorCaught(Stale()) }
        context.fireChannelInactive()
    }

    private func release(_ context: ChannelHandlerContext) {
        guard let part = body else { return }
        body = nil
        context.fireChannelRead(wrapInboundOut(.body(part)))
    }

    /// One timer a connection, which looks again later as long as something comes.
    private func schedule(_ context: ChannelHandlerContext, in time: TimeAmount) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        timer = nil
        guard isInAnswer else { return }
        let end = isReading ? silentSince + patience : .now() + patience
        let left = end - .now()
        if left > .zero {
            schedule(context, in: left)
        } else {
            context.fireErrorCaught(HTTPClientError.readTimeout)
        }
    }

    // MARK: The request

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: isSending = true
        case .body: break
        case .end:
            isSending = false
            isAnswerDue = true
        }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        if !isSending { context.flush() }
    }
}
