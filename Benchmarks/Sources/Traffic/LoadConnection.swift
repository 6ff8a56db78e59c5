import NIOCore

/// One connection of the load generator: asks, checks the answer, asks again.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let load: Load
    private var reader = MessageReader()
    private var check: AnswerCheck?
    private var asked: UInt64 = 0

    init(_ load: Load) {
        self.load = load
    }

    func channelActive(context: ChannelHandlerContext) {
        ask(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if check != nil { load.failed("connection closed within an answer") }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        load.failed("\(error)")
        check = nil
        context.close(promise: nil)
    }

    private func ask(_ context: ChannelHandlerContext) {
        guard load.takeTurn() else {
            context.close(promise: nil)
            return
        }
        check = AnswerCheck(load.question)
        reader.startNext()
        asked = NIODeadline.now().uptimeNanoseconds
        context.writeAndFlush(wrapOutboundOut(load.question.bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        reader.append(&bytes)
        guard check != nil else { return }
        let now = NIODeadline.now().uptimeNanoseconds
        do {
            let complete = try reader.advance()
            try check?.read(reader, at: now, into: load)
            guard complete else { return }
            try check?.end(reader)
            if let first = check?.firstByte { load.answered(first: first - asked, whole: now - asked) }
        } catch {
            load.failed("\(error)")
        }
        check = nil
        if reader.closes {
            context.close(promise: nil)
            load.reconnect()
        } else {
            ask(context)
        }
    }
}
