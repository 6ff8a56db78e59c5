internal import CodecAPI
internal import CodecCompression
internal import CodecCore
internal import CodecEngines
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Runs a job and answers in frames.
struct Completer: Sendable {
    let metrics: ServerMetrics
    let versions: VersionRules
    let picker: EncodingPicker
    let recorder: StreamRecorder?

    /// - Throws: `APIError` or `VersionRefusal`, before anything was sent.
    func respond(to job: CompletionJob, headers: HTTPFields, context: ServerContext) async throws -> Response
    {
        let client = headers.codecClientVersion
        try versions.check(client)
        try job.check()
        let coding = try AnswerCoding(
            CodedAnswer(
                format: .frames(job.format), idsPerFlush: job.model.rate.idsPerFlush(job.flush),
                expectedIDs: job.request.maxTokens, dictionaries: job.assets.dictionaries[job.format] ?? []),
            headers: headers, picker: picker)
        metrics.note(coding, format: job.format.name, trace: context.trace)
        context.trace.note { $0.promptTokens = job.request.prompt.count }
        let stages = try job.stages()
        let frames: StagedFrames
        do {
            // An upstream may take its time to say the first word.
            let stream = try await ClientPresence.current.whilePresent {
                try await job.model.engine.generate(job.request)
            }
            frames = StagedFrames(stream, stages: stages)
        } catch {
            throw error.asAPIError(promptField: job.promptField)
        }
        metrics.promptTokens[["model": job.model.name]].add(job.request.prompt.count)
        let body = StreamBody(
            encoder: FrameAnswer(job, format: job.format, produced: frames.produced, recorder: recorder),
            flush: job.flush, coding: coding,
            labels: StreamLabels(format: job.format.name, model: job.model.name), metrics: metrics,
            keepAliveInterval: nil, presence: ClientPresence.current, trace: context.trace,
            logger: context.logger, fill: { await $0.fill(from: frames) })
        return Response(
            status: .ok,
            headers: AnswerHeaders.fields(
                for: job, coding: coding, client: client, policy: versions.safetyPolicy),
            body: ResponseBody { writer in try await body.write(to: &writer) })
    }
}
