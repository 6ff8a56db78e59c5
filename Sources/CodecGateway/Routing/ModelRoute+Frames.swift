package import CodecAPI
package import CodecEngines
package import NIOCore

// Frames of Codec servers, passed on as they come.

extension ModelRoute {
    /// Whether all its upstreams give frames that can be passed on.
    package var relaysFrames: Bool {
        !deployments.isEmpty && deployments.allSatisfy { $0.upstream.engines.relay != nil }
    }

    /// Asks for frames in the form in which the request came.
    /// - Parameters:
    ///   - path: `completions` or `chat/completions`.
    ///   - headers: the client's, as far as they say what it can read.
    /// - Throws: as `respond(to:)`.
    package func relay(
        _ request: ModelRequest, path: String, headers: [(name: String, value: String)]
    ) async throws(EngineError) -> RelayedFrames {
        let request = request.with(defaults)
        guard let body = request.original?.body else {
            throw EngineError(.invalidRequest, "Only a request as it came can be passed on.")
        }
        let (answer, ticket) = try await pool.ask(prefix: prefix(request)) { deployment throws(EngineError) in
            guard let relay = deployment.upstream.engines.relay else {
                throw EngineError(.unsupported, "\(deployment.upstream.name) gives no frames.")
            }
            return try await relay(request.for(deployment).model).start(body, path: path, headers: headers)
        }
        return RelayedFrames(answer, ticket)
    }
}

/// Frames of an upstream, undecoded; tells its state how they end.
package final class RelayedFrames: Sendable {
    /// Those that say what the body is.
    package let headers: [(name: String, value: String)]
    private let body: UpstreamAnswerBody
    private let ticket: UpstreamTicket

    init(_ answer: FrameRelay.Answer, _ ticket: UpstreamTicket) {
        headers = answer.headers
        body = answer.body
        self.ticket = ticket
    }

    /// What has come; nil at the end of a whole body.
    /// - Throws: why it is cut: what was passed on must be cut as well.
    package func next() async throws(EngineError) -> ByteBuffer? {
        do throws(EngineError) {
            let part = try await body.next()
            if part == nil { ticket.finished() }
            return part
        } catch {
            ticket.failed(error)
            throw error
        }
    }
}
