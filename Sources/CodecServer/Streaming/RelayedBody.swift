internal import CodecEngines
internal import CodecGateway
internal import Hummingbird
internal import Logging
internal import NIOCore

/// The body of an answer whose frames are another server's.
struct RelayedBody: Sendable {
    let frames: RelayedFrames
    let bytes: Counter
    let streams: Gauge
    let presence: ClientPresence
    let trace: RequestTrace
    let logger: Logger

    /// Writes the body to its end.
    /// - Throws: when the upstream's is not whole: the connection must then be cut, as the upstream's was.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        streams.add(1)
        defer { streams.add(-1) }
        do {
            while let part = try await presence.whilePresent({ [frames] in try await frames.next() }) {
                trace.note { notes in
                    if notes.timeToFirstFrame == nil { notes.timeToFirstFrame = .now - trace.start }
                    notes.bodyBytes += part.readableBytes
                }
                bytes.add(part.readableBytes)
                try await writer.write(part)
            }
            try presence.check()
        } catch {
            throw cut(error)
        }
        trace.note { $0.ending = "relayed" }
        try await writer.finish(nil)
    }

    private func cut(_ error: any Error) -> StreamCut {
        let cut: StreamCut
        if let error = error as? EngineError, error.code != .cancelled {
            cut = .engineFailed
            trace.note { $0.errorCode = error.code.rawValue }
            logger.error("Generation failed", metadata: error.metadata)
        } else {
            cut = error as? StreamCut ?? .clientGone
        }
        trace.note { $0.ending = "\(cut)" }
        return cut
    }
}
