internal import CodecAPI
internal import CodecEngines
internal import HTTPTypes
internal import Hummingbird

/// Anthropic's Messages: answers and counts.
struct MessagesRoutes: Sendable {
    let models: ModelRegistry
    let reader: RequestBodyReader
    let texts: TextCompleter
    /// Seconds since 1970, now.
    let clock: @Sendable () -> Int

    func add(to table: RouteTable) {
        table.post("/v1/messages", answer)
        table.post("/v1/messages/count_tokens", count)
    }

    @Sendable private func answer(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (asked, model) = try await read(request, for: .answer)
        let id = AnswerID(prefix: "msg_", created: clock()).text
        let form: TextCall.Form =
            asked.isStreamed
            ? .events(MessagesAnswerWriter(id: id, model: model.shownName, requestID: context.requestID))
            : .document(MessagesAnswerCollector(id: id, model: model.shownName))
        return try await texts.respond(
            to: TextCall(request: asked, model: model, form: form, promptField: "messages"),
            headers: request.headers, context: context)
    }

    @Sendable private func count(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (asked, model) = try await read(request, for: .count)
        let count: Int
        do {
            count = try await ClientPresence.current.whilePresent {
                try await model.engine.countTokens(of: asked)
            }
        } catch {
            throw error.asAPIError(promptField: "messages")
        }
        var output: [UInt8] = []
        output.append(json: #"{"input_tokens":"#)
        output.append(json: count)
        output.append(UInt8(ascii: "}"))
        return .json(output)
    }

    private func read(
        _ request: Request, for purpose: MessagesRequestReader.Purpose
    ) async throws -> (ModelRequest, ServedModel) {
        try request.headers.requireJSON()
        let body = try await reader.read(request)
        let headers = request.headers
        let asked = try await LargeBodies.work(on: body.bytes.count) { () throws(APIError) in
            try MessagesRequestReader.read(body.bytes, headers: headers, for: purpose)
        }
        return (asked, try await models.model(named: asked.model))
    }
}
