internal import NIOCore

/// Sends what was written before it lets a connection be closed. While the server stops, Hummingbird closes an HTTP/2
/// connection as soon as its last stream has ended, and that is before the frame that ends the stream was flushed: the
/// client would take a whole answer for a cut one.
final class FlushBeforeClose: ChannelOutboundHandler {
    typealias OutboundIn = NIOAny

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.flush()
        context.close(mode: mode, promise: promise)
    }
}
