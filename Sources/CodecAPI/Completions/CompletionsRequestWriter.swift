internal import CodecMaps

/// Writes the body of `POST /v1/completions` for an upstream.
package struct CompletionsRequestWriter: Sendable {
    private let traits: OpenAIServerTraits

    package init(_ traits: OpenAIServerTraits) { self.traits = traits }

    /// - Parameter model: the upstream's own name of the model.
    /// - Throws: 400 that names the field which the upstream has no place for.
    package func body(of request: ModelRequest, model: String) throws(APIError) -> UpstreamBody {
        guard request.tools.isEmpty || traits == .codec else { throw .unsupportedUpstream("tools") }
        if let original = request.original, original.dialect == .completions {
            return UpstreamBody(
                json: RequestMembers.passedOn(
                    original.body, model: model, isStreamed: request.isStreamed, traits: traits))
        }
        let degradations = try request.leavingOutHints()
        var body = RequestMembers()
        body.add("model", .string(model))
        switch request.input {
        case .text(let text): body.add("prompt", .string(text))
        case .ids(let ids): body.add("prompt", .array(ids.map { .integer(Int($0)) }))
        case .messages: throw .unsupportedUpstream("messages")
        }
        guard request.reasoning == nil else { throw .unsupportedUpstream("reasoning") }
        body.addDelivery(isStreamed: request.isStreamed)
        body.add("max_tokens", request.maxTokens)
        try body.addSampling(of: request, traits: traits)
        guard traits.constrainsCompletions || request.textFormat == nil else {
            throw .unsupportedUpstream("response_format")
        }
        body.add(request.textFormat)
        body.add("logprobs", request.topLogprobs)
        if traits.returnsTokenIDs { body.add("return_token_ids", true) }
        return UpstreamBody(json: body.json, degradations: degradations)
    }
}
