internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes

/// The body of `POST /v1/completions`.
struct CompletionBody {
    /// A prompt as text, or as ids of the model's vocabulary.
    enum Prompt: Equatable {
        case text(String)
        case ids([TokenID])
    }

    let model: String?
    let prompt: Prompt
    /// Nil when the request does not say.
    let maxTokens: Int?
    let generation: GenerationFields
    let delivery: StreamFields
    let tools: ToolFields
    let textFormat: TextFormat?
    private let body: JSONObject

    init(_ body: JSONObject, headers: HTTPFields, flush: FlushPolicy) throws(APIError) {
        model = try body.string("model")
        prompt = try Self.prompt(body)
        maxTokens = try body.integer("max_tokens", in: 1...Int(Int32.max))
        generation = try GenerationFields(body)
        delivery = try StreamFields(body, headers: headers, flush: flush)
        tools = try ToolFields(body)
        textFormat = try AnswerSchema.format(body)
        self.body = body
    }

    /// The prompt's ids; text is plain text, also where it spells a special token.
    func job(for model: ServedModel, in vocabulary: ClientVocabulary) throws(APIError) -> CompletionJob {
        let ids: [TokenID]
        switch prompt {
        case .text(let text): ids = try model.encode([Tokenizer.Segment(text)], field: "prompt")
        case .ids(let given):
            ids = try vocabulary.promptIDs(given, field: "prompt")
        }
        return CompletionJob(
            kind: .completion, model: model,
            request: CompletionRequest(
                prompt: ids, maxTokens: maxTokens ?? model.defaultMaxTokens(after: ids.count),
                sampling: generation.sampling, stop: generation.stop,
                constraint: try tools.constraint(textFormat, model: model)),
            delivery: delivery, vocabulary: vocabulary, watching: try watching(model),
            promptField: "prompt")
    }

    /// Completions have no place for calls in text.
    private func watching(_ model: ServedModel) throws(APIError) -> ToolWatching? {
        let watching = try ToolWatching(body, model: model)
        guard watching == nil || delivery.format.frameFormat != nil else {
            throw .invalidRequest(
                "'tool_watcher' needs an answer in frames ('stream_format'); as text, chat completions show tool calls.",
                param: "tool_watcher")
        }
        return watching
    }

    private static func prompt(_ body: JSONObject) throws(APIError) -> Prompt {
        guard let value = body["prompt"] else {
            throw .invalidRequest(
                "'prompt' is required.", param: "prompt", code: "missing_required_parameter")
        }
        switch value {
        case .string(let text): return .text(text)
        case .array(let elements): return try prompt(elements)
        default: throw body.wrongType("prompt", value, "a string or an array of ids")
        }
    }

    /// Ids, or one prompt in an array of its own.
    private static func prompt(_ elements: [JSONValue]) throws(APIError) -> Prompt {
        switch elements.first {
        case .some(.string), .some(.array):
            guard elements.count == 1 else {
                throw .invalidRequest(
                    "'prompt' must hold one prompt: this server makes one completion a request.",
                    param: "prompt", code: "unsupported_value")
            }
            if case .string(let text) = elements[0] { return .text(text) }
            if case .array(let ids) = elements[0] { return .ids(try Self.ids(ids)) }
            return .ids([])
        default: return .ids(try ids(elements))
        }
    }

    private static func ids(_ elements: [JSONValue]) throws(APIError) -> [TokenID] {
        var ids: [TokenID] = []
        ids.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .integer(let number) = element, let id = TokenID(exactly: number) else {
                throw .invalidRequest(
                    "'prompt[\(index)]' must be an id, a whole number from 0 to 4294967295.", param: "prompt")
            }
            ids.append(id)
        }
        return ids
    }
}
