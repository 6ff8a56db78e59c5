internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOTLS

/// One connection to an upstream, at the end of its pipeline: one exchange after another, and the watch over silence.
final class KeptConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// How long it waits for the next request.
    private static let keptFor = TimeAmount.seconds(50)

    private let connections: LoopConnections
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    /// The request of the current exchange has been sent whole.
    private var isSent = true
    private var isKeptAlive = false
    private var isReadHeld = false
    private var idleSince = NIODeadline.now()
    private var answers = 0
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var isSecured = false
    private var securing: EventLoopPromise<Void>?

    init(_ connections: LoopConnections) {
        self.connections = connections
    }

    var isActive: Bool { context?.channel.isActive ?? false }

    func close() {
        context?.close(promise: nil)
    }

    // MARK: The request

    func ask(_ exchange: Exchange) {
        guard let context else {
            return exchange.fail(ChannelError.ioOnClosedChannel, reaching: connections.place)
        }
        self.exchange = exchange
        isSent = false
        exchange.begin(on: self)
        watch()
        let sent = context.eventLoop.makePromise(of: Void.self)
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        sent.futureResult.whenSuccess { this.value.isSent = true }
        context.write(wrapOutboundOut(.head(exchange.request)), promise: nil)
        if let body = exchange.requestBody {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    // MARK: The answer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isKeptAlive = head.isKeepAlive
            exchange?.receive(head)
        case .body(var part): exchange?.receive(&part)
        case .end: end(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        exchange?.deliver()
        context.fireChannelReadComplete()
    }

    private func end(_ context: ChannelHandlerContext) {
        let exchange = exchange
        self.exchange = nil
        answers += 1
        if isKeptAlive, isSent, isActive {
            idleSince = .now()
            connections.keep(self)
        } else {
            context.close(promise: nil)
        }
        exchange?.finish()
    }

    func read(context: ChannelHandlerContext) {
        if exchange?.isFull == true { isReadHeld = true } else { context.read() }
    }

    func resumeReading() {
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connections.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer?.task.cancel()
        timer = nil
        broke(ChannelError.eof)
        connections.forget(self)
    }

    /// Waits until TLS stands.
    func secure(on loop: any EventLoop, before deadline: NIODeadline) -> EventLoopFuture<Void> {
        if isSecured { return loop.makeSucceededVoidFuture() }
        guard isActive else { return loop.makeFailedFuture(ChannelError.eof) }
        let secured = loop.makePromise(of: Void.self)
        securing = secured
        let late = loop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.broke(ChannelError.connectTimeout(.zero))
            self.close()
        }
        return secured.futureResult.always { _ in late.cancel() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            isSecured = true
            securing?.succeed()
            securing = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        broke(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        broke(ChannelError.eof)
        context.fireChannelInactive()
    }

    private func broke(_ error: any Error) {
        securing?.fail(error)
        securing = nil
        guard let exchange else { return }
        self.exchange = nil
        // A server may close what it kept: not a byte of an answer tells that from a failure. A request that makes the
        // server fail is not to do so on every connection: it is sent again once.
        if answers > 0, !exchange.isRepeated, exchange.awaitsHead, error is IOError || error is ChannelError {
            exchange.isRepeated = true
            connections.start(exchange)
        } else {
            exchange.fail(error, reaching: connections.place)
        }
    }

    // MARK: Silence

    /// Sees to it that the timer is not later than what is waited for. It may be earlier: it then looks again.
    func watch() {
        guard let context, let deadline else { return }
        if let timer {
            if timer.deadline <= deadline { return }
            timer.task.cancel()
        }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.look() }
        timer = (deadline, task)
    }

    private var deadline: NIODeadline? {
        exchange == nil ? idleSince + Self.keptFor : exchange?.deadline
    }

    private func look() {
        timer = nil
        guard let deadline, deadline <= .now() else { return watch() }
        let exchange = exchange
        self.exchange = nil
        exchange?.expire()
        close()
    }
}
