internal import CodecAPI
package import CodecCore
package import CodecMaps

/// llama.cpp's llama-server: `/completion`.
package struct LlamaServerUpstream: TokenUpstream {
    /// What becomes of ids that the server does not tell and that cannot be made out for certain.
    package enum Gaps: Sendable {
        /// The stream fails.
        case fail
        /// They are ids of the same text, which may be others than the model's (`isRetokenized`).
        case retokenize
    }

    private let connection: UpstreamConnection
    private let map: TokenizerMap
    private let gaps: Gaps
    private let lost: LostTokens

    package init(_ connection: UpstreamConnection, map: TokenizerMap, gaps: Gaps = .fail) {
        self.connection = connection
        self.map = map
        self.gaps = gaps
        lost = LostTokens(map.vocabulary)
    }

    package var takesGrammars: Bool { true }
    package var isRetokenized: Bool { gaps == .retokenize }

    package func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource {
        var body: JSONValue = [
            "prompt": .array(order.prompt.map { .integer(Int($0)) }), "stream": true, "return_tokens": true,
            "cache_prompt": true,
        ]
        // A character that the limit cuts would be lost as a whole: some more are asked for, and cut off here.
        var longer = order
        longer.limit = order.limit.map { $0 + LlamaServerStepReader.longestRest }
        longer.addSampling(to: &body, limit: "n_predict", penalty: "repeat_penalty", allOfTopK: 0)
        body.set("grammar", order.grammar.map { .string($0.rules) })
        let events = try await connection.events(UpstreamRequest(.root("completion"), json: body))
        return UpstreamSteps(
            events, LlamaServerStepReader(map: map, gaps: gaps, lost: lost, limit: order.limit))
    }

    /// The server's template, and the ids of its prompt, on which the server's tokenizer and ours must agree.
    package func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        var body: JSONValue = ["messages": .array(messages.map(\.document))]
        if !tools.isEmpty { body.set("tools", .array(tools.map(\.document))) }
        let document = try await connection.json(.root("apply-template"), body: body)
        guard let prompt = document["prompt"]?.string else {
            throw .malformed("no prompt", from: connection.name)
        }
        let asked: JSONValue = ["content": .string(prompt), "add_special": true, "parse_special": true]
        let theirs = try await connection.ids("tokens", of: .root("tokenize"), body: asked)
        let ours = map.tokenizer.encode([Tokenizer.Segment(prompt, specials: .parse)])
        guard theirs == ours || theirs.dropFirst() == ours[...] && theirs.first == map.beginOfSequenceID
        else {
            throw EngineError(
                .upstreamFailed,
                "\(connection.name) makes other ids of a prompt than the map '\(map.id)': it is not its model's.",
                upstream: connection.name)
        }
        return theirs
    }

    package func contextLength() async throws(EngineError) -> Int? {
        try await connection.json(.root("props"))["default_generation_settings"]?["n_ctx"]?.count
    }

    package func shutdown() async { await connection.shutdown() }
}
