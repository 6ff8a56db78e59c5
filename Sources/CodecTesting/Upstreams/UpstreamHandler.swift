import NIOCore
import NIOHTTP1
import Synchronization

/// One connection of a scripted upstream: whole requests in, the bytes of their answers out, one after another.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let player: UpstreamPlayer
    private let log: UpstreamLog
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    private var isAnswering = false

    init(player: UpstreamPlayer, log: UpstreamLog) {
        self.player = player
        self.log = log
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        log.state.withLock {
            $0.channels[ObjectIdentifier(channel)] = channel
            $0.accepted += 1
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let id = ObjectIdentifier(context.channel)
        let wasCancelled = isAnswering
        isAnswering = false
        log.state.withLock {
            $0.channels[id] = nil
            $0.cancelled += wasCancelled ? 1 : 0
        }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let request = ScriptedUpstream.Request(
                method: head.method.rawValue, path: head.uri,
                headers: head.headers.map { ($0.name, $0.value) }, body: Array(body.readableBytesView))
            log.state.withLock { $0.requests.append(request) }
            let reply = player.reply(to: request)
            isAnswering = true
            play(reply, from: 0, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Sends part after part, each by itself. With the last one the answer is over: the next request may come at once.
    private func play(_ reply: UpstreamReply, from index: Int, context: ChannelHandlerContext) {
        guard isAnswering, context.channel.isActive else { return }
        if index < reply.parts.count {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.parts[index])), promise: nil)
        }
        if index + 1 >= reply.parts.count {
            if reply.ending != .hang { isAnswering = false }
            if reply.ending == .close { context.close(promise: nil) }
            return
        }
        let loop = context.eventLoop.assumeIsolated()
        if let delay = reply.delay {
            loop.scheduleTask(in: delay) { self.play(reply, from: index + 1, context: context) }
        } else {
            loop.execute { self.play(reply, from: index + 1, context: context) }
        }
    }
}
