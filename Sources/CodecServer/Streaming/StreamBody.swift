internal import CodecAPI
internal import CodecCompression
internal import CodecEngines
internal import Hummingbird
internal import Logging
internal import NIOCore

/// A streamed answer's body: engine → mailbox → encoder → compressor → connection.
struct StreamBody<Encoder: AnswerEncoder>: Sendable {
    typealias Mailbox = StreamMailbox<Encoder.P>

    let encoder: Encoder
    let flush: FlushPolicy
    let coding: AnswerCoding
    /// Of the answer's form and model.
    let labels: StreamLabels
    let metrics: ServerMetrics
    /// How often a silent stream shows that it is alive; nil where its form has no way to.
    let keepAliveInterval: Duration?
    let presence: ClientPresence
    let trace: RequestTrace
    let logger: Logger
    /// Moves the engine's stream in, to its end.
    let fill: @Sendable (Mailbox) async -> Void

    /// Writes the body to its end.
    /// - Throws: when the answer is not whole: the connection must then be cut, for a clean end would pass
    ///   for a complete answer.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let mailbox = Mailbox(policy: flush)
        let key = presence.addObserver { mailbox.cut($0) }
        let timer = keepAliveInterval.map { interval in
            LoopExecutor.currentLoop.scheduleRepeatedTask(
                initialDelay: TimeAmount(interval), delay: TimeAmount(interval)
            ) { _ in mailbox.keepAlive() }
        }
        metrics.streams.add(1)
        defer {
            timer?.cancel()
            presence.removeObserver(key)
            metrics.streams.add(-1)
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Cancelling the filler drops the engine's stream, and that frees its slot.
                defer { group.cancelAll() }
                group.addTask { await fill(mailbox) }
                if !flush.isImmediate { group.addTask { await mailbox.keepTime() } }
                try await pump(mailbox, to: &writer)
            }
        } catch {
            let cut = error as? StreamCut ?? .clientGone
            trace.note { $0.ending = $0.ending ?? "\(cut)" }
            throw error
        }
        try await writer.finish(nil)
    }

    private func pump(_ mailbox: Mailbox, to writer: inout any ResponseBodyWriter) async throws {
        var encoder = encoder
        var isComplete = false
        do {
            try await pump(mailbox, through: &encoder, isComplete: &isComplete, to: &writer)
        } catch {
            if !isComplete { await encoder.end() }
            throw error
        }
    }

    private func pump(
        _ mailbox: Mailbox, through encoder: inout Encoder, isComplete: inout Bool,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var output = try OutputBuffer(coding)
        let bytes = metrics.bodyBytes[["format": labels.format, "encoding": coding.encoding.rawValue]]
        let tokens = metrics.completionTokens[["model": labels.model]]
        encoder.begin(&output.plain)
        while true {
            var end: End?
            let before = encoder.progress
            switch try await delivery(from: mailbox) {
            case .items(let items):
                encoder.append(items, to: &output.plain)
                let progress = encoder.progress
                tokens.add(max(0, progress.completionTokens - before.completionTokens))
                note(progress)
                if progress.ending != nil {
                    end = progress.hasFailed && !encoder.failsCleanly ? .cut(.engineFailed) : .clean
                }
            case .keepAlive: encoder.appendKeepAlive(to: &output.plain)
            case .failed(let error):
                encoder.appendFailure(error, to: &output.plain)
                noteFailure(error)
                let cut: StreamCut = error.code == .shuttingDown ? .serverStopping : .engineFailed
                end = encoder.failsCleanly ? .clean : .cut(cut)
            }
            let buffer = try output.take(isLast: end == .clean)
            if end == .clean {
                isComplete = true
                await encoder.end()
            }
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
    private func delivery(from mailbox: Mailbox) async throws(StreamCut) -> Mailbox.Delivery {
        do {
            return try await mailbox.next()
        } catch {
            guard error == .serverStopping else { throw error }
            return .failed(EngineError(.shuttingDown, "The server is stopping."))
        }
    }

    private func note(_ progress: AnswerProgress) {
        trace.note { notes in
            if notes.timeToFirstFrame == nil { notes.timeToFirstFrame = .now - trace.start }
            notes.promptTokens = progress.promptTokens ?? notes.promptTokens
            notes.completionTokens = progress.completionTokens
            notes.frames = progress.items
            notes.ending = progress.ending ?? notes.ending
        }
    }

    private func noteFailure(_ error: EngineError) {
        trace.note { notes in
            notes.ending = "error"
            notes.errorCode = error.code.rawValue
        }
        logger.error("Generation failed", metadata: error.metadata)
    }
}

/// What a stream counts under.
struct StreamLabels: Sendable {
    var format: String
    var model: String
}

extension EngineError {
    /// For the log.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["code": "\(code.rawValue)", "error": "\(message)"]
        if let upstream { metadata["upstream"] = "\(upstream)" }
        return metadata
    }
}
