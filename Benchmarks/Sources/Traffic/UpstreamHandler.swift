import NIOCore

/// One connection of the fixed upstream. A request's `max_tokens` says how many pieces its answer has, `seed` how many
/// milliseconds lie between two of them.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var reader = MessageReader()
    private var answering = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        reader.append(&bytes)
        answerNext(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answerNext(_ context: ChannelHandlerContext) {
        do {
            while !answering, try reader.advance() {
                answer(context)
                reader.startNext()
            }
        } catch {
            context.close(promise: nil)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        if reader.startLine.hasPrefix("POST /v1/chat/completions ") {
            let body = reader.body
            let pieces =
                body.number(after: #""max_tokens":"#) ?? body.number(after: #""max_completion_tokens":"#) ?? 1
            let answer = ScriptedAnswer(pieces: Int(max(1, min(pieces, 100_000))))
            if body.offset(of: #""stream":true"#) != nil || body.offset(of: #""stream": true"#) != nil {
                stream(answer, every: .milliseconds(Int64(body.number(after: #""seed":"#) ?? 0)), context)
            } else {
                send(answer.document, context)
            }
        } else if reader.startLine.hasPrefix("GET /v1/models ") {
            send(
                #"{"object":"list","data":[{"id":"bench","object":"model","created":1,"owned_by":"bench"}]}"#,
                context)
        } else if reader.startLine.hasPrefix("GET /health ") {
            send("{}", context)
        } else {
            send(#"{"error":{"message":"no such route"}}"#, status: "404 Not Found", context)
        }
    }

    private func send(_ document: String, status: String = "200 OK", _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: document.utf8.count + 128)
        buffer.writeString("HTTP/1.1 \(status)\r\ncontent-type: application/json\r\n")
        buffer.writeString("content-length: \(document.utf8.count)\r\n\r\n\(document)")
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func stream(_ answer: ScriptedAnswer, every pause: TimeAmount, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 1_024)
        buffer.writeString("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n")
        buffer.writeString("transfer-encoding: chunked\r\n\r\n")
        answering = true
        sendPieces(of: answer, from: 0, every: pause, at: .now(), after: buffer, context)
    }

    /// A piece is one chunk and one write: an engine sends its tokens one by one.
    private func sendPieces(
        of answer: ScriptedAnswer, from first: Int, every pause: TimeAmount, at time: NIODeadline,
        after head: ByteBuffer?, _ context: ChannelHandlerContext
    ) {
        var buffer = head ?? context.channel.allocator.buffer(capacity: 512)
        for number in first..<answer.pieces {
            guard context.channel.isActive else { return }
            buffer.writeChunk { answer.writePiece(number, to: &$0) }
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            if pause > .zero {
                let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(deadline: time + pause) {
                    let (handler, context) = this.value
                    handler.sendPieces(
                        of: answer, from: number + 1, every: pause, at: time + pause, after: nil, context)
                }
                return
            }
            buffer = context.channel.allocator.buffer(capacity: 512)
        }
        guard context.channel.isActive else { return }
        buffer.writeChunk { answer.writeEnd(to: &$0) }
        buffer.writeString("0\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        answering = false
        if pause > .zero { answerNext(context) }
    }
}

extension ByteBuffer {
    /// What `write` adds becomes one chunk of a body (RFC 9112, 7.1).
    fileprivate mutating func writeChunk(_ write: (inout ByteBuffer) -> Void) {
        let start = writerIndex
        writeString("0000\r\n")
        write(&self)
        let length = writerIndex - start - 6
        let digits = String(length, radix: 16)
        setString(String(repeating: "0", count: max(0, 4 - digits.count)) + digits, at: start)
        writeString("\r\n")
    }
}
