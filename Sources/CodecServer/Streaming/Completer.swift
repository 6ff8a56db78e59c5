internal import CodecAPI
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
    let versions: VersionRules
    let picker: EncodingPicker
    let recorder: StreamRecorder?
    /// How often a silent stream of events shows that it is alive.
    let keepAliveInterval: Duration
    /// Seconds since 1970, now.
    let clock: @Sendable () -> Int

    /// - Throws: `APIError` or `VersionRefusal`, before anything was sent.
    func respond(to job: CompletionJob, headers: HTTPFields, context: ServerContext) async throws -> Response
    {
        if job.delivery.format.frameFormat != nil { try versions.check(headers.codecClientVersion) }
        try job.check()
        let coding = try AnswerCoding(for: job, headers: headers, picker: picker)
        context.trace.note { notes in
            notes.format = job.delivery.format.name
            notes.encoding = coding.encoding.rawValue
            notes.encodingReason = coding.reason
            notes.promptTokens = job.request.prompt.count
        }
        metrics.encodings[
            [
                "format": job.delivery.format.name, "encoding": coding.encoding.rawValue,
                "reason": coding.reason,
            ]
        ].add()
        let stages = try job.stages()
        let stream: StagedFrames
        do {
            stream = StagedFrames(try await job.model.engine.generate(job.request), stages: stages)
        } catch {
            throw APIError(error, promptField: job.promptField)
        }
        metrics.promptTokens[["model": job.model.name]].add(job.request.prompt.count)

        let id = AnswerID(prefix: job.kind.idPrefix, created: clock())
        var fields = AnswerHeaders.fields(
            for: job, coding: coding, client: headers.codecClientVersion, policy: versions.safetyPolicy)
        guard job.delivery.format != .document else {
            let document = try await collect(stream, job: job, id: id, trace: context.trace)
            return try answer(document, coding: coding, fields: fields, context: context)
        }
        if job.delivery.format == .events { fields[.cacheControl] = "no-cache" }
        let body = StreamBody(
            stream: stream, job: job, id: id, coding: coding, metrics: metrics, recorder: recorder,
            keepAliveInterval: keepAliveInterval, presence: ClientPresence.current, trace: context.trace,
            logger: context.logger)
        return Response(
            status: .ok, headers: fields, body: ResponseBody { writer in try await body.write(to: &writer) })
    }

    /// The whole answer of a client that waits for it; ends the generation when the client leaves.
    private func collect(
        _ stream: StagedFrames, job: CompletionJob, id: AnswerID, trace: RequestTrace
    ) async throws -> [UInt8] {
        let collected: CollectedStream
        do {
            collected = try await ClientPresence.current.whilePresent { try await CollectedStream(stream) }
        } catch let error as EngineError {
            throw APIError(error, promptField: job.promptField)
        }
        metrics.completionTokens[["model": job.model.name]].add(stream.produced.value)
        trace.note { notes in
            notes.completionTokens = stream.produced.value
            notes.ending = collected.finishReason?.rawValue
        }
        guard collected.finishReason != .error else {
            throw APIError(EngineError(.generationFailed, "Generation failed midway."))
        }
        var usage = Usage(promptTokens: job.request.prompt.count)
        usage.completionTokens = stream.produced.value
        return WholeAnswer(
            kind: job.kind, id: id, model: job.model.name,
            text: job.model.map.vocabulary.decode(collected.ids), toolCalls: collected.toolCalls,
            finishReason: collected.finishReason, usage: usage
        ).document()
    }

    private func answer(
        _ document: [UInt8], coding: AnswerCoding, fields: HTTPFields, context: ServerContext
    ) throws(APIError) -> Response {
        var bytes = document
        do {
            if let compressor = try coding.makeCompressor() {
                bytes = []
                try compressor.compress(document, flush: .finish, into: &bytes)
            }
        } catch {
            throw .internalError
        }
        context.trace.note { $0.bodyBytes = bytes.count }
        metrics.bodyBytes[["format": "json", "encoding": coding.encoding.rawValue]].add(bytes.count)
        return Response(
            status: .ok, headers: fields,
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
