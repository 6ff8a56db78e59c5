internal import CodecAPI
internal import CodecCompression
internal import CodecCore
internal import CodecEngines
internal import CodecGateway
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird

/// OpenAI's completions and chat, in text or in frames, and completions as binary requests.
struct CompletionRoutes: Sendable {
    let models: ModelRegistry
    let reader: RequestBodyReader
    let completer: Completer
    let texts: TextCompleter
    let flush: FlushPolicy
    /// The maps that clients may have their ids in, beside the model's.
    let translatedMaps: [TokenizerMap]
    /// Seconds since 1970, now.
    let clock: @Sendable () -> Int

    func add(to table: RouteTable, fronts: Set<Front>) {
        if fronts.contains(.completions) {
            table.post("/v1/completions") { try await answer(.completions, $0, $1) }
        }
        if fronts.contains(.codec) { table.post("/v1/completions/codec", binaryCompletions) }
        if fronts.contains(.chat) {
            table.post("/v1/chat/completions") { try await answer(.chat, $0, $1) }
        }
    }

    // MARK: - JSON

    private func answer(
        _ api: CompletionAPI, _ request: Request, _ context: ServerContext
    ) async throws -> Response {
        try request.headers.requireJSON()
        let body = try await reader.read(request)
        let asked = try await LargeBodies.work(on: body.bytes.count) { [flush] () throws(APIError) in
            try CompletionAsked(api, body.bytes, headers: request.headers, flush: flush)
        }
        let model = try await models.model(named: asked.request.model)
        if let format = asked.delivery.format.frameFormat {
            if let route = await relay(model, headers: request.headers) {
                return try await completer.relay(
                    asked, format: format, through: route, label: model.name, headers: request.headers,
                    context: context)
            }
            return try await completer.respond(
                to: try await job(asked, format: format, model: model, headers: request.headers),
                headers: request.headers, context: context)
        }
        return try await texts.respond(
            to: try await text(asked, model: model, headers: request.headers), headers: request.headers,
            context: context)
    }

    /// The way on which frames pass as they come; nil where they must be read on the way: to be translated, recorded or
    /// counted for a caller. A map that the client insists on must be the upstream's.
    private func relay(_ model: ServedModel, headers: HTTPFields) async -> ModelRoute? {
        guard let route = model.route, route.relaysFrames, model.tokens == nil, completer.passesFrames else {
            return nil
        }
        guard let pin = headers[.codecMapPin] else { return route }
        return await route.listed().first?.map?.hash.description == pin ? route : nil
    }

    private func text(
        _ asked: CompletionAsked, model: ServedModel, headers: HTTPFields
    ) async throws(APIError) -> TextCall {
        guard asked.body["tool_watcher"] == nil else {
            throw .invalidRequest(
                "'tool_watcher' needs an answer in frames ('stream_format'); as text, chat completions show tool calls.",
                param: "tool_watcher")
        }
        var request = asked.request
        if headers[.codecMapPin] != nil || model.tokens != nil {
            let map = try await model.tokenSource().map
            let vocabulary = try ClientVocabulary(headers, model: map, translated: translatedMaps)
            if case .ids(let ids) = request.input {
                request.input = .ids(try vocabulary.promptIDs(ids, field: asked.api.promptField))
                // The original's ids are the client's.
                if vocabulary.isTranslated { request.original = nil }
            }
        }
        return TextCall(
            request: request, model: model,
            form: asked.form(model: model.shownName, created: clock()),
            flush: asked.delivery.flush,
            promptField: asked.api.promptField)
    }

    private func job(
        _ asked: CompletionAsked, format: FrameFormat, model: ServedModel, headers: HTTPFields
    ) async throws -> CompletionJob {
        let tokens = try await model.tokenSource()
        let vocabulary = try ClientVocabulary(headers, model: tokens.map, translated: translatedMaps)
        let field = asked.api.promptField
        var request = asked.request
        if case .ids(let ids) = request.input {
            request.input = .ids(try vocabulary.promptIDs(ids, field: field))
        }
        let completion: CompletionRequest
        do {
            completion = try await TokenRequest(request, for: tokens.engine).completion
        } catch {
            throw APIError(error, promptField: field)
        }
        return CompletionJob(
            model: tokens, request: completion, format: format, flush: asked.delivery.flush ?? flush,
            vocabulary: vocabulary, watching: try ToolWatching(asked.body, model: tokens), promptField: field)
    }

    // MARK: - Binary

    /// A body of ids in a binary format; the default model answers, since the format has no field for one.
    @Sendable private func binaryCompletions(_ request: Request, _ context: ServerContext) async throws
        -> Response
    {
        guard let format = request.headers.mediaType.flatMap(AnswerFormat.request(mediaType:)) else {
            throw APIError.unsupportedMediaType(
                "The body must be sent as Content-Type: application/x-msgpack or application/x-protobuf.")
        }
        let body = try await reader.read(request)
        let model = try await models.model(named: nil).tokenSource()
        let job = try await LargeBodies.work(on: body.bytes.count) { () throws(APIError) in
            let codecRequest: CodecRequest
            do {
                codecRequest = try CodecRequest(body.bytes, format: format)
            } catch {
                throw APIError.invalidRequest("The body is no \(format) request: \(error).")
            }
            return try self.job(codecRequest, format: format, model: model, headers: request.headers)
        }
        return try await completer.respond(to: job, headers: request.headers, context: context)
    }

    private func job(
        _ request: CodecRequest, format: FrameFormat, model: TokenSource, headers: HTTPFields
    ) throws(APIError) -> CompletionJob {
        let vocabulary = try ClientVocabulary(headers, model: model.map, translated: translatedMaps)
        let prompt = try vocabulary.promptIDs(request.promptIDs, field: "prompt_ids")
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
        let asked = try request.streamFormat.map { name throws(APIError) in
            try AnswerFormat.frames(named: name)
        }
        return CompletionJob(
            model: model,
            request: CompletionRequest(
                prompt: prompt,
                maxTokens: request.maxTokens.map(Int.init)
                    ?? TokenRequest.defaultMaxTokens(after: prompt.count, model.engine),
                sampling: sampling, stop: request.stop),
            format: asked ?? AnswerFormat.frames(accept: headers[.accept]) ?? format, flush: flush,
            vocabulary: vocabulary, promptField: "prompt_ids")
    }
}
