internal import CodecAPI
internal import CodecEngines
internal import CodecGateway
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// OpenAI's Responses: making them, and what is kept of them.
struct ResponsesRoutes: Sendable {
    /// Stored responses that one request may name items of.
    private static let maximumReferenced = 256
    /// Bytes of all of them.
    private static let maximumReferencedBytes = 64 << 20

    let models: ModelRegistry
    let reader: RequestBodyReader
    let texts: TextCompleter
    /// Where responses are kept; nil keeps none.
    let store: ResponseStore?
    /// Nil where none are kept.
    let background: BackgroundResponses?
    /// Seconds since 1970, now.
    let clock: @Sendable () -> Int

    func add(to table: RouteTable) {
        table.on("/v1/responses", [.post: create, .get: refuseUpgrade])
        table.post("/v1/responses/input_tokens", countTokens)
        table.on("/v1/responses/{id}", [.get: retrieve, .delete: delete])
        table.get("/v1/responses/{id}/input_items", inputItems)
        table.post("/v1/responses/{id}/cancel", cancel)
    }

    /// Clients that would rather talk over a WebSocket take this for "use HTTP", and any other status for a fault.
    @Sendable private func refuseUpgrade(_ request: Request, _ context: ServerContext) async throws
        -> Response
    {
        guard request.headers[.upgrade] != nil else {
            throw APIError.methodNotAllowed(allow: "POST, OPTIONS")
        }
        throw APIError(
            status: .upgradeRequired, message: "Responses are served over plain HTTP: POST /v1/responses.",
            type: "invalid_request_error", code: "websocket_unsupported", headers: [.upgrade: "HTTP/1.1"])
    }

    // MARK: - Making responses

    @Sendable private func create(_ request: Request, _ context: ServerContext) async throws -> Response {
        let asked = try await read(request)
        let model = try await models.model(named: asked.model)
        let job = try await prepare(asked, model: model)
        if asked.isBackground {
            return try await makeInBackground(job, asked: asked, model: model, headers: request.headers)
        }
        let form: TextCall.Form =
            asked.isStreamed
            ? .events(ResponsesAnswerWriter(head: job.record.head, style: job.style))
            : .document(ResponsesAnswerCollector(head: job.record.head, style: job.style))
        let whenEnded = asked.isStored ? keeping(job.record, logger: context.logger) : nil
        return try await texts.respond(
            to: TextCall(
                request: job.request, model: model, form: form, flush: nil, promptField: "input",
                whenEnded: whenEnded),
            headers: request.headers, context: context)
    }

    private func read(_ request: Request) async throws -> ResponsesRequest {
        try request.headers.requireJSON()
        let body = try await reader.read(request)
        let canStore = store != nil
        return try await LargeBodies.work(on: body.bytes.count) { () throws(APIError) in
            try ResponsesRequestReader.read(try JSONObject(body: body.bytes), canStore: canStore)
        }
    }

    private struct Job {
        var request: ModelRequest
        var style: ResponsesStyle
        var record: ResponseRecord
    }

    /// Finds what the request refers to.
    private func prepare(_ asked: ResponsesRequest, model: ServedModel) async throws -> Job {
        var history: [JSONValue] = []
        if let id = asked.previousResponseID { history = try await conversation(of: id) }
        let referenced = try await items(asked.references)
        let (request, style) = try asked.modelRequest(history: history, referenced: referenced)
        let id = AnswerID(prefix: "resp_", created: clock())
        let head = ResponsesHead(
            id: id.text, created: id.created, model: model.shownName, echo: asked.echo)
        let input = asked.input.map { item in item["id"]?.string.flatMap { referenced[$0] } ?? item }
        return Job(
            request: request, style: style,
            record: ResponseRecord(
                head: head, owner: Caller.current?.name, history: history,
                input: ResponsesHead.inputItems(input, of: id.text)))
    }

    private func conversation(of id: String) async throws -> [JSONValue] {
        guard let response = try await stored(id) else {
            throw APIError.invalidRequest(
                "Previous response with id '\(id.prefix(100))' not found.", param: "previous_response_id",
                code: "previous_response_not_found")
        }
        return try response.conversation()
    }

    /// Items of stored responses, by their ids.
    private func items(_ ids: [String]) async throws -> [String: JSONValue] {
        var found: [String: JSONValue] = [:]
        var looked: Set<String> = []
        var bytes = 0
        for id in ids where found[id] == nil {
            guard let response = ResponsesHead.response(ofItem: id), looked.insert(response).inserted else {
                continue
            }
            guard looked.count <= Self.maximumReferenced else {
                throw APIError.invalidRequest(
                    "'input' refers to items of more than \(Self.maximumReferenced) responses.",
                    param: "input")
            }
            guard let stored = try await stored(response) else { continue }
            bytes += stored.byteCount
            guard bytes <= Self.maximumReferencedBytes else {
                throw APIError.invalidRequest(
                    "'input' refers to responses of more than \(Self.maximumReferencedBytes) bytes.",
                    param: "input")
            }
            for item in try stored.conversation() {
                if let id = item["id"]?.string { found[id] = item }
            }
        }
        return found
    }

    /// A kept response that is the caller's own.
    private func stored(_ id: String) async throws -> StoredResponse? {
        guard let response = try await store?.response(id, now: clock()), Self.mayUse(response.owner) else {
            return nil
        }
        return response
    }

    /// The caller's own response that is being made.
    private func running(_ id: String) -> BackgroundResponse? {
        guard let response = background?[id], Self.mayUse(response.record.owner) else { return nil }
        return response
    }

    private static func mayUse(_ owner: String?) -> Bool { Caller.current.map { $0.name == owner } ?? true }

    private func keeping(_ record: ResponseRecord, logger: Logger) -> TextCall.End {
        { [store, clock] outcome in
            var answer: ResponsesAnswer? =
                switch outcome {
                case .stream(let writer, _): (writer as? ResponsesAnswerWriter)?.answer
                case .whole(let collector): (collector as? ResponsesAnswerCollector)?.answer
                }
            // One that has no end by now was called off.
            answer?.end(.cancelled)
            guard let answer else { return }
            await store?.keep(record.stored(answer), now: clock(), logger: logger)
        }
    }

    private func makeInBackground(
        _ job: Job, asked: ResponsesRequest, model: ServedModel, headers: HTTPFields
    ) async throws -> Response {
        guard let background else { throw APIError.unsupported("background") }
        let response = BackgroundResponse(record: job.record, style: job.style)
        let first = response.document
        let (metrics, caller) = (texts.metrics, Caller.current)
        try background.start(response, job.request, from: model.engine) { response in
            let progress = response.progress
            metrics.completionTokens[["model": model.name]].add(progress.completionTokens)
            metrics.noteUse(progress, caller: caller, upstream: response.route.upstream)
        }
        return asked.isStreamed ? .events { try await response.read(from: 0, $0) } : .json(first)
    }

    @Sendable private func countTokens(_ request: Request, _ context: ServerContext) async throws -> Response
    {
        let asked = try await read(request)
        let model = try await models.model(named: asked.model)
        let job = try await prepare(asked, model: model)
        do {
            let count = try await ClientPresence.current.whilePresent {
                try await model.engine.countTokens(of: job.request)
            }
            return .json(["object": "response.input_tokens", "input_tokens": .integer(count)])
        } catch {
            throw error.asAPIError(promptField: "input")
        }
    }

    // MARK: - What is kept

    @Sendable private func retrieve(_ request: Request, _ context: ServerContext) async throws -> Response {
        let id = try id(context)
        let query = request.uri.queryParameters
        guard query["stream"] == "true" else {
            if let running = running(id) {
                return .json(running.document, degradations: running.degradations)
            }
            let response = try await found(id)
            return .json(response.document, degradations: response.degradations)
        }
        let after = query["starting_after"].map { Int($0) } ?? -1
        guard let after, after >= -1, after < .max else {
            throw APIError.invalidRequest(
                "'starting_after' must be a sequence number.", param: "starting_after")
        }
        if let running = running(id) { return .events { try await running.read(from: after + 1, $0) } }
        guard let events = try await found(id).events else {
            throw APIError.invalidRequest(
                "Only the events of responses that were made with 'background' are kept.", param: "stream")
        }
        return .events { try await $0(EventLog(events).from(after + 1)) }
    }

    @Sendable private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        let id = try id(context)
        if let running = running(id) {
            await running.cancel()
        } else {
            _ = try await found(id)
        }
        guard let store, try await store.delete(id) else { throw notFound(id) }
        return .json(["id": .string(id), "object": "response", "deleted": true])
    }

    @Sendable private func cancel(_ request: Request, _ context: ServerContext) async throws -> Response {
        let id = try id(context)
        if let running = running(id) {
            await running.cancel()
            return .json(running.document)
        }
        let response = try await found(id)
        guard response.events != nil else {
            throw APIError.invalidRequest("Only responses that are made with 'background' can be cancelled.")
        }
        return .json(response.document)
    }

    @Sendable private func inputItems(_ request: Request, _ context: ServerContext) async throws -> Response {
        let id = try id(context)
        let items: [JSONValue] =
            if let running = running(id) { running.record.input } else {
                try await found(id).inputItems()
            }
        return .json(try ItemPage(of: items, request.uri.queryParameters).json)
    }

    private func id(_ context: ServerContext) throws -> String { try context.parameters.require("id") }

    private func found(_ id: String) async throws -> StoredResponse {
        guard let response = try await stored(id) else { throw notFound(id) }
        return response
    }

    private func notFound(_ id: String) -> APIError {
        APIError(
            status: .notFound, message: "Response with id '\(id.prefix(100))' not found.",
            type: "invalid_request_error", code: "response_not_found")
    }
}

extension Response {
    fileprivate static func json(_ document: [UInt8], degradations: [String]) -> Response {
        var response = Response.json(document)
        response.headers.set(degradations: degradations)
        return response
    }

    fileprivate static func json(_ value: JSONValue) -> Response {
        var json: [UInt8] = []
        json.append(json: value)
        return .json(json)
    }

    /// Server-sent events, as they are handed over.
    fileprivate static func events(
        _ events: @escaping @Sendable (([UInt8]) async throws -> Void) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: AnswerFormat.events.contentType, .cacheControl: "no-cache"],
            body: ResponseBody { writer in
                try await events { try await writer.write(ByteBuffer(bytes: $0)) }
                try await writer.finish(nil)
            })
    }
}
