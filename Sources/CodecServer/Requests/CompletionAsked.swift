internal import CodecAPI
internal import HTTPTypes

/// Which of OpenAI's two APIs a completion is asked in.
enum CompletionAPI: Sendable {
    case completions
    case chat

    /// What the API calls the model's input.
    var promptField: String { self == .chat ? "messages" : "prompt" }
}

/// A request for a completion as its body and headers say it.
struct CompletionAsked: Sendable {
    let api: CompletionAPI
    let body: JSONObject
    let request: ModelRequest
    let delivery: StreamFields

    init(
        _ api: CompletionAPI, _ bytes: [UInt8], headers: HTTPFields, flush: FlushPolicy
    ) throws(APIError) {
        self.api = api
        let document = try JSONObject.document(of: bytes)
        body = try JSONObject(document: document)
        delivery = try StreamFields(body, headers: headers, flush: flush)
        var request =
            switch api {
            case .completions: try CompletionsRequestReader.read(document)
            case .chat: try ChatRequestReader.read(document)
            }
        request.isStreamed = delivery.format != .document
        self.request = request
    }

    /// The answer in the API's own form.
    /// - Parameter created: seconds since 1970.
    func form(model: String, created: Int) -> TextCall.Form {
        let id = AnswerID(prefix: api == .chat ? "chatcmpl-" : "cmpl-", created: created)
        let includesUsage = delivery.includesUsage
        let customTools = ChatRequestReader.customTools(of: request)
        return switch (api, delivery.format) {
        case (.completions, .document): .document(CompletionsAnswerCollector(id: id, model: model))
        case (.chat, .document):
            .document(ChatAnswerCollector(id: id, model: model, customTools: customTools))
        case (.completions, _):
            .events(CompletionsAnswerWriter(id: id, model: model, includesUsage: includesUsage))
        case (.chat, _):
            .events(
                ChatAnswerWriter(
                    id: id, model: model, includesUsage: includesUsage, customTools: customTools))
        }
    }
}
