internal import CodecMaps

/// Writes requests as Anthropic's `POST /v1/messages` and `/v1/messages/count_tokens` have them.
///
/// What came in by the same API goes on as it came, with only `model` and `stream` set. What came by another is
/// translated; `docs/messages.md` has the table.
package struct MessagesRequestWriter: Sendable {
    /// New tokens of an answer whose client sets no limit, since this API asks for one; thinking comes on top.
    package static let defaultMaxTokens = 4096

    private let defaultMaxTokens: Int

    package init(defaultMaxTokens: Int = Self.defaultMaxTokens) { self.defaultMaxTokens = defaultMaxTokens }

    /// - Parameter model: the upstream's name of the model.
    /// - Throws: 400 with the field that this API has no place for.
    package func body(of request: ModelRequest, model: String) throws(APIError) -> UpstreamBody {
        if let original = request.original, original.dialect == .messages {
            var body = original.body
            body.set("model", .string(model))
            body.set("stream", request.isStreamed ? true : nil)
            return UpstreamBody(body)
        }
        let ignored = try request.leavingOutHints()
        try Self.refuse(request)
        let said = try Said(request, defaultMaxTokens: defaultMaxTokens)
        let sampling = request.sampling
        let temperature = said.thinking.isOn ? nil : sampling.temperature
        let body = JSONValue.members([
            "model": .string(model), "max_tokens": .integer(said.thinking.maxTokens),
            "system": said.conversation.system, "messages": said.conversation.messages,
            "tools": said.tools.tools,
            "tool_choice": said.tools.choice, "thinking": said.thinking.config,
            "temperature": temperature.map { JSONValue(min($0, 1)) },
            "top_p": said.thinking.isOn ? nil : sampling.topP.map { JSONValue($0) },
            "top_k": said.thinking.isOn ? nil : sampling.topK.map(JSONValue.integer),
            "stop_sequences": request.stop.isEmpty ? nil : .array(request.stop.map(JSONValue.string)),
            "output_config": Self.outputConfig(request.textFormat),
            "stream": request.isStreamed ? .bool(true) : nil,
        ])
        var degradations = said.degradations
        if (temperature ?? 0) > 1 { degradations.insert(.temperatureClamped) }
        if said.thinking.isOn,
            sampling.temperature ?? 1 != 1 || sampling.topP ?? 1 != 1 || sampling.topK != nil
        {
            degradations.insert(.samplingDropped)
        }
        if sampling.seed != nil { degradations.insert(.seedDropped) }
        return UpstreamBody(body, ignored: ignored, degradations)
    }

    /// - Throws: as `body` does.
    package func countBody(of request: ModelRequest, model: String) throws(APIError) -> UpstreamBody {
        if let original = request.original, original.dialect == .messages {
            var body = original.body
            body.set("model", .string(model))
            for field in ["max_tokens", "stream"] { body.set(field, nil) }
            return UpstreamBody(body)
        }
        let ignored = try request.leavingOutHints()
        try Self.refuse(request)
        let said = try Said(request, defaultMaxTokens: defaultMaxTokens)
        let body = JSONValue.members([
            "model": .string(model), "system": said.conversation.system,
            "messages": said.conversation.messages,
            "tools": said.tools.tools, "tool_choice": said.tools.choice, "thinking": said.thinking.config,
        ])
        return UpstreamBody(body, ignored: ignored, said.degradations)
    }

    /// What this API has no place for, and what no answer may leave out in silence.
    private static func refuse(_ request: ModelRequest) throws(APIError) {
        let sampling = request.sampling
        let refused: [(field: String, isUsed: Bool)] = [
            ("logprobs", request.topLogprobs != nil),
            ("frequency_penalty", sampling.frequencyPenalty ?? 0 != 0),
            ("presence_penalty", sampling.presencePenalty ?? 0 != 0),
            ("repetition_penalty", sampling.repetitionPenalty ?? 1 != 1),
            ("min_p", sampling.minP ?? 0 != 0),
            ("response_format", request.textFormat == .jsonObject),
        ]
        for (field, isUsed) in refused where isUsed {
            throw .unsupportedUpstream(field)
        }
    }

    private static func outputConfig(_ format: TextFormat?) -> JSONValue? {
        guard case .jsonSchema(_, let schema, _)? = format else { return nil }
        return .members(["format": .members(["type": .string("json_schema"), "schema": schema])])
    }
}

/// What every request says, whether an answer is wanted or a count.
private struct Said {
    let conversation: MessagesConversation
    let tools: MessagesTools
    let thinking: MessagesThinking

    init(_ request: ModelRequest, defaultMaxTokens: Int) throws(APIError) {
        conversation = try MessagesConversation(request.input)
        tools = try MessagesTools(request)
        thinking = try MessagesThinking(
            request.reasoning, maxTokens: request.maxTokens, defaultMaxTokens: defaultMaxTokens,
            isAllowed: conversation.allowsThinking && !tools.isForced)
    }

    var degradations: Set<MessagesDegradation> {
        var all = conversation.degradations
        if thinking.isRefused { all.insert(.thinkingOff) }
        return all
    }
}

extension UpstreamBody {
    fileprivate init(_ body: JSONValue, ignored: [String] = [], _ degradations: Set<MessagesDegradation> = [])
    {
        var json: [UInt8] = []
        json.append(json: body)
        let own = MessagesDegradation.allCases.filter(degradations.contains).map(\.rawValue)
        self.init(json: json, degradations: ignored + own)
    }
}
