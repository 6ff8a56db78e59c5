package import CodecClient
internal import NIOCore

/// The server-sent events of an upstream's answer. What one look at the network gave is parsed at once.
package struct UpstreamEvents: Sendable {
    private let body: UpstreamAnswerBody
    private var parser: ServerSentEventParser

    init(_ body: UpstreamAnswerBody) {
        self.body = body
        parser = ServerSentEventParser(limit: body.eventBytes)
    }

    var upstream: String { body.upstream }

    /// Takes what still follows an answer that is complete, such as `[DONE]`, so that the connection can be used again.
    func drain() { body.drain() }

    /// The next event that has come already.
    package mutating func nextAtHand() -> ServerSentEvent? { parser.next() }

    /// The next event; nil at the end of a body that is not cut.
    /// - Throws: as `UpstreamAnswerBody.next`, and `upstreamFailed` for an event that is too long.
    package mutating func next() async throws(EngineError) -> ServerSentEvent? {
        while true {
            if let event = parser.next() { return event }
            guard let part = try await body.next() else { return nil }
            do throws(ServerSentEventParser.TooLong) {
                try parser.append(part.readableBytesView)
            } catch {
                throw EngineError(
                    .upstreamFailed, "\(body.upstream) sent an event of more than \(error.limit) bytes.",
                    upstream: body.upstream)
            }
        }
    }
}
