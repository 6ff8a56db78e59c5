internal import NIOCore

/// Watches one connection from below HTTP: tells when the client closes it, also while nothing is written,
/// and drops a client that takes no bytes for too long.
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    private let presence: ClientPresence
    private let stallTimeout: TimeAmount
    private var stallTask: Scheduled<Void>?

    init(presence: ClientPresence, stallTimeout: TimeAmount) {
        self.presence = presence
        self.stallTimeout = stallTimeout
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes its half reads no answer either, as far as the clients go that we know.
        if let event = event as? ChannelEvent, event == .inputClosed { presence.end(.clientGone) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence.end(.clientGone)
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stallTask?.cancel()
        stallTask = nil
        if !context.channel.isWritable {
            let channel = context.channel
            stallTask = context.eventLoop.scheduleTask(in: stallTimeout) { [presence] in
                presence.end(.clientGone)
                channel.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stallTask?.cancel()
        stallTask = nil
        presence.end(.clientGone)
    }
}
