internal import CodecAPI
internal import CodecCompression
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import Hummingbird
internal import Logging
internal import NIOCore

/// A streamed answer's body: engine → mailbox → encoder → compressor → connection.
struct StreamBody: Sendable {
    let stream: StagedFrames
    let job: CompletionJob
    let id: AnswerID
    let coding: AnswerCoding
    let metrics: ServerMetrics
    let recorder: StreamRecorder?
    let keepAliveInterval: Duration
    let presence: ClientPresence
    let trace: RequestTrace
    let logger: Logger

    /// Writes the body to its end.
    /// - Throws: when the answer is not whole: the connection must then be cut, for a clean end would pass
    ///   for a complete answer.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let mailbox = FrameMailbox(policy: job.delivery.flush)
        let key = presence.addObserver { mailbox.cut($0) }
        metrics.streams.add(1)
        defer {
            presence.removeObserver(key)
            metrics.streams.add(-1)
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Cancelling the filler drops the engine's stream, and that frees its slot.
                defer { group.cancelAll() }
                group.addTask { await mailbox.fill(from: stream) }
                group.addTask { await mailbox.keepTime() }
                if job.delivery.format == .events {
                    group.addTask { await mailbox.keepAlive(every: keepAliveInterval) }
                }
                try await pump(mailbox, to: &writer)
            }
        } catch {
            let cut = error as? StreamCut ?? .clientGone
            trace.note { $0.ending = $0.ending ?? "\(cut)" }
            throw error
        }
        try await writer.finish(nil)
    }

    private func pump(_ mailbox: FrameMailbox, to writer: inout any ResponseBodyWriter) async throws {
        var output = try OutputBuffer(coding)
        var encoder = makeEncoder()
        var log = StreamLog(of: job, recorder: recorder)
        defer { log.end() }
        let labels: Labels = ["format": job.delivery.format.name, "encoding": coding.encoding.rawValue]
        let bytes = metrics.bodyBytes[labels]
        let tokens = metrics.completionTokens[["model": job.model.name]]
        var counted = 0
        while true {
            var end: End?
            switch try await delivery(from: mailbox) {
            case .frames(let frames):
                encoder.append(frames, to: &output.plain)
                note(frames)
                let produced = stream.produced.value
                tokens.add(produced - counted)
                counted = produced
                log.append(frames)
                if let last = frames.last, last.done {
                    end = last.finishReason == .error && !encoder.failsCleanly ? .cut(.engineFailed) : .clean
                }
            case .keepAlive: encoder.appendKeepAlive(to: &output.plain)
            case .failed(let error):
                encoder.appendFailure(error, to: &output.plain)
                noteFailure(error)
                let cut: StreamCut = error.code == .shuttingDown ? .serverStopping : .engineFailed
                end = encoder.failsCleanly ? .clean : .cut(cut)
            }
            let buffer = try output.take(isLast: end == .clean)
            if buffer.readableBytes > 0 {
                bytes.add(buffer.readableBytes)
                trace.note { $0.bodyBytes += buffer.readableBytes }
                try await writer.write(buffer)
            }
            switch end {
            case .some(.clean): return
            case .some(.cut(let reason)): throw reason
            case nil: continue
            }
        }
    }

    private enum End: Equatable {
        case clean
        case cut(StreamCut)
    }

    /// A server that stops tells its clients before it cuts them off.
    private func delivery(from mailbox: FrameMailbox) async throws(StreamCut) -> FrameMailbox.Delivery {
        do {
            return try await mailbox.next()
        } catch {
            guard error == .serverStopping else { throw error }
            return .failed(EngineError(.shuttingDown, "The server is stopping."))
        }
    }

    private func makeEncoder() -> any AnswerEncoder {
        if let format = job.delivery.format.frameFormat {
            return FrameAnswer(format, ranks: job.assets.rankTable?.table)
        }
        return EventAnswer(
            job.kind, id: id, model: job.model.name, vocabulary: job.model.map.vocabulary,
            promptTokens: job.request.prompt.count, completionTokens: stream.produced,
            includesUsage: job.delivery.includesUsage)
    }

    private func note(_ frames: [TokenFrame]) {
        trace.note { notes in
            if notes.timeToFirstFrame == nil { notes.timeToFirstFrame = .now - trace.start }
            notes.completionTokens = stream.produced.value
            notes.frames += frames.count
            if let last = frames.last, last.done { notes.ending = last.finishReason?.rawValue ?? "none" }
        }
    }

    private func noteFailure(_ error: EngineError) {
        trace.note { notes in
            notes.ending = "error"
            notes.errorCode = error.code.rawValue
        }
        logger.error(
            "Generation failed", metadata: ["code": "\(error.code.rawValue)", "error": "\(error.message)"])
    }
}
