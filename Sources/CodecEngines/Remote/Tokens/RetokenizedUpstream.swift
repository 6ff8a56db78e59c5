internal import CodecAPI
package import CodecCore
package import CodecMaps

/// An upstream that speaks text only: prompts are decoded for it, and its text is made ids by the model's own map.
package struct RetokenizedUpstream: TokenUpstream {
    private let engine: any ModelEngine
    private let model: String?
    private let map: TokenizerMap

    package init(_ engine: any ModelEngine, model: String? = nil, map: TokenizerMap) {
        self.engine = engine
        self.model = model
        self.map = map
    }

    package var isRetokenized: Bool { true }

    package func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource {
        var detokenizer = Detokenizer(map.vocabulary)
        let text = detokenizer.append(order.prompt) + detokenizer.finish()
        var request = ModelRequest(model: model, input: .text(text))
        request.maxTokens = order.limit
        request.sampling.temperature = Double(order.sampling.temperature)
        request.sampling.topP = Double(order.sampling.topP)
        if order.sampling.topK > 0 { request.sampling.topK = order.sampling.topK }
        if order.sampling.minP > 0 { request.sampling.minP = Double(order.sampling.minP) }
        if order.sampling.repetitionPenalty != 1 {
            request.sampling.repetitionPenalty = Double(order.sampling.repetitionPenalty)
        }
        request.sampling.seed = order.sampling.seed.map { Int($0) }
        let stream = try await engine.respond(to: request)
        return RetokenizedSteps(stream, tokenizer: map.tokenizer, limit: order.limit)
    }

    package func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        throw EngineError(
            .unsupported, "This model makes no ids of messages: send a prompt, or ask for text.",
            parameter: "messages")
    }

    package func contextLength() async throws(EngineError) -> Int? { nil }

    package func shutdown() async { await engine.shutdown() }
}

/// A stream of text as steps: ids come as soon as no further text can change them.
struct RetokenizedSteps: TokenStepSource {
    private let stream: ModelStream
    private var encoder: EncodeStream
    /// The upstream counts by its own tokenizer; here the limit holds for the ids.
    private let limit: Int?
    private var count = 0

    init(_ stream: ModelStream, tokenizer: Tokenizer, limit: Int?) {
        self.stream = stream
        encoder = EncodeStream(tokenizer)
        self.limit = limit
    }

    mutating func next() async throws(EngineError) -> TokenStep {
        var chunks = stream.makeAsyncIterator()
        while true {
            guard let chunk = try await chunks.next() else {
                throw EngineError(.cancelled, "Nobody wants the answer.")
            }
            var ids: [TokenID] = []
            var end: FinishReason?
            for event in chunk.events {
                switch event {
                case .text(let text): ids += encoder.append(text)
                case .toolCall:
                    throw EngineError(.unsupported, "A tool call has no ids here.", parameter: "tools")
                case .finish(let reason):
                    ids += encoder.finish()
                    end =
                        switch reason {
                        case .length: .length
                        case .contentFilter, .refusal: .policyViolation
                        default: .endOfSequence
                        }
                default: break
                }
            }
            if let limit, count + ids.count > limit || (count + ids.count == limit && end == nil) {
                ids = Array(ids.prefix(limit - count))
                end = .length
            }
            count += ids.count
            if end != nil || !ids.isEmpty { return TokenStep(ids: ids, end: end) }
        }
    }
}
