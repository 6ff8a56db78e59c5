internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird

/// The routes that generate.
struct CompletionRoutes: Sendable {
    let models: ModelRegistry
    let reader: RequestBodyReader
    let completer: Completer
    let flush: FlushPolicy
    /// The maps that clients may have their ids in, beside the model's.
    let translatedMaps: [TokenizerMap]

    func add(to table: RouteTable) {
        table.post("/v1/completions", completions)
        table.post("/v1/completions/codec", binaryCompletions)
        table.post("/v1/chat/completions", chatCompletions)
    }

    @Sendable private func completions(_ request: Request, _ context: ServerContext) async throws -> Response
    {
        try request.headers.requireJSON()
        let job = try await job(of: request) { [models, flush, translatedMaps] bytes throws(APIError) in
            let body = try CompletionBody(try JSONObject(body: bytes), headers: request.headers, flush: flush)
            let model = try models.model(named: body.model)
            return try body.job(
                for: model,
                in: ClientVocabulary(request.headers, model: model.map, translated: translatedMaps))
        }
        return try await completer.respond(to: job, headers: request.headers, context: context)
    }

    @Sendable private func chatCompletions(_ request: Request, _ context: ServerContext) async throws
        -> Response
    {
        try request.headers.requireJSON()
        let job = try await job(of: request) { [models, flush, translatedMaps] bytes throws(APIError) in
            let body = try ChatBody(try JSONObject(body: bytes), headers: request.headers, flush: flush)
            let model = try models.model(named: body.model)
            return try body.job(
                for: model,
                in: ClientVocabulary(request.headers, model: model.map, translated: translatedMaps))
        }
        return try await completer.respond(to: job, headers: request.headers, context: context)
    }

    /// A body of ids in a binary format; the default model answers, since the format has no field for one.
    @Sendable private func binaryCompletions(_ request: Request, _ context: ServerContext) async throws
        -> Response
    {
        guard let format = request.headers.mediaType.flatMap(AnswerFormat.request(mediaType:)) else {
            throw APIError.unsupportedMediaType(
                "The body must be sent as Content-Type: application/x-msgpack or application/x-protobuf.")
        }
        let job = try await job(of: request) { bytes throws(APIError) in
            let codecRequest: CodecRequest
            do {
                codecRequest = try CodecRequest(bytes, format: format)
            } catch {
                throw APIError.invalidRequest("The body is no \(format) request: \(error).")
            }
            return try self.job(codecRequest, format: format, headers: request.headers)
        }
        return try await completer.respond(to: job, headers: request.headers, context: context)
    }

    /// Reads a body and makes a job of it; nothing of the body is left after that.
    private func job(
        of request: Request, _ parse: @escaping @Sendable ([UInt8]) throws(APIError) -> CompletionJob
    ) async throws -> CompletionJob {
        let body = try await reader.read(request)
        return try await LargeBodies.work(on: body.bytes.count) { () throws(APIError) in
            try parse(body.bytes)
        }
    }

    private func job(
        _ request: CodecRequest, format: FrameFormat, headers: HTTPFields
    ) throws(APIError) -> CompletionJob {
        let model = models.defaultModel
        let vocabulary = try ClientVocabulary(headers, model: model.map, translated: translatedMaps)
        let prompt = try vocabulary.promptIDs(request.promptIDs, field: "prompt_ids")
        try GenerationFields.check(stop: request.stop)
        var sampling = SamplingParameters()
        if let temperature = request.temperature {
            guard 0...2 ~= temperature else {
                throw .invalidRequest("'temperature' must be a number from 0.0 to 2.0.", param: "temperature")
            }
            sampling.temperature = Float(temperature)
        }
        guard request.maxTokens != 0 else {
            throw .invalidRequest("'max_tokens' must be at least 1.", param: "max_tokens")
        }
        let asked = AnswerFormat.frames(accept: headers[.accept])
        return CompletionJob(
            kind: .completion, model: model,
            request: CompletionRequest(
                prompt: prompt,
                maxTokens: request.maxTokens.map(Int.init)
                    ?? model.defaultMaxTokens(after: prompt.count),
                sampling: sampling, stop: request.stop),
            delivery: try StreamFields(
                streamFormat: request.streamFormat, otherwise: asked ?? format, flush: flush),
            vocabulary: vocabulary, promptField: "prompt_ids")
    }
}
