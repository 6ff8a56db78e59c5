internal import CodecCompression
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Runs a job and answers in the form that it asks for.
struct Completer: Sendable {
    let metrics: ServerMetrics
    /// How often a silent stream of events shows that it is alive.
    let keepAliveInterval: Duration
    /// Seconds since 1970, now.
    let clock: @Sendable () -> Int

    /// - Throws: `APIError`, before anything was sent.
    func respond(to job: CompletionJob, headers: HTTPFields, context: ServerContext) async throws -> Response
    {
        try job.check()
        try MapPin.check(headers, against: job.model.map)
        let encoding = try pickEncoding(for: job, headers: headers)
        context.trace.note { notes in
            notes.format = job.delivery.format.name
            notes.encoding = encoding.encoding.rawValue
            notes.encodingReason = encoding.reason.rawValue
            notes.promptTokens = job.request.prompt.count
        }
        let stream: TokenStream
        do {
            stream = try await job.model.engine.generate(job.request)
        } catch {
            throw APIError(error, promptField: job.promptField)
        }
        metrics.promptTokens[["model": job.model.name]].add(job.request.prompt.count)

        let id = AnswerID(prefix: job.kind.idPrefix, created: clock())
        guard job.delivery.format != .document else {
            let document = try await collect(stream, job: job, id: id, trace: context.trace)
            return try answer(document, encoding: encoding, job: job, context: context)
        }
        var fields = answerFields(job, encoding: encoding.encoding)
        if job.delivery.format == .events { fields[.cacheControl] = "no-cache" }
        let body = StreamBody(
            stream: stream, job: job, id: id, encoding: encoding.encoding, metrics: metrics,
            keepAliveInterval: keepAliveInterval, presence: ClientPresence.current, trace: context.trace,
            logger: context.logger)
        return Response(
            status: .ok, headers: fields, body: ResponseBody { writer in try await body.write(to: &writer) })
    }

    private func pickEncoding(
        for job: CompletionJob, headers: HTTPFields
    ) throws(APIError) -> EncodingPicker.Choice {
        let delivery = job.delivery
        // A document is sent whole; a usual model makes fewer ids within a flush's delay than one may carry.
        let idsPerFlush =
            delivery.format == .document ? .infinity : Double(min(8, delivery.flush.idsPerFrame))
        guard
            let choice = EncodingPicker().pick(
                acceptEncoding: headers[.acceptEncoding], format: delivery.format.name,
                idsPerFlush: idsPerFlush, expectedIDs: job.request.maxTokens)
        else {
            throw .notAcceptable("Accept-Encoding leaves nothing that this server has: gzip, br or identity.")
        }
        return choice
    }

    private func answerFields(_ job: CompletionJob, encoding: ContentEncoding) -> HTTPFields {
        var fields: HTTPFields = [.contentType: job.delivery.format.contentType]
        if job.delivery.format.isFrames { fields[.codecTokenizerMap] = job.model.map.hash.description }
        if encoding != .identity { fields[.contentEncoding] = encoding.rawValue }
        fields[.vary] = "Accept, Accept-Encoding" + (job.delivery.isPlainForDelta ? ", stream_format" : "")
        return fields
    }

    /// The whole answer of a client that waits for it; ends the generation when the client leaves.
    private func collect(
        _ stream: TokenStream, job: CompletionJob, id: AnswerID, trace: RequestTrace
    ) async throws -> [UInt8] {
        let collected: CollectedStream
        do {
            collected = try await ClientPresence.current.whilePresent { try await CollectedStream(stream) }
        } catch let error as EngineError {
            throw APIError(error, promptField: job.promptField)
        }
        metrics.completionTokens[["model": job.model.name]].add(collected.ids.count)
        trace.note { notes in
            notes.completionTokens = collected.ids.count
            notes.ending = collected.finishReason?.rawValue
        }
        guard collected.finishReason != .error else {
            throw APIError(EngineError(.generationFailed, "Generation failed midway."))
        }
        var usage = Usage(promptTokens: job.request.prompt.count)
        usage.completionTokens = collected.ids.count
        return WholeAnswer(
            kind: job.kind, id: id, model: job.model.name,
            text: job.model.map.vocabulary.decode(collected.ids),
            finishReason: collected.finishReason, usage: usage
        ).document()
    }

    private func answer(
        _ document: [UInt8], encoding: EncodingPicker.Choice, job: CompletionJob, context: ServerContext
    ) throws(APIError) -> Response {
        var bytes = document
        do {
            if let compressor = try encoding.encoding.makeCompressor(for: .document) {
                bytes = []
                try compressor.compress(document, flush: .finish, into: &bytes)
            }
        } catch {
            throw .internalError
        }
        context.trace.note { $0.bodyBytes = bytes.count }
        metrics.bodyBytes[["format": "json", "encoding": encoding.encoding.rawValue]].add(bytes.count)
        return Response(
            status: .ok, headers: answerFields(job, encoding: encoding.encoding),
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
