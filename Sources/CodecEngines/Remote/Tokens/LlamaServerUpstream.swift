internal import CodecAPI
package import CodecCore
package import CodecMaps

/// llama.cpp's llama-server: `/completion`.
package struct LlamaServerUpstream: TokenUpstream {
    /// What becomes of ids that the server does not tell and that cannot be made out for certain.
    package enum Gaps: Sendable {
        /// The stream fails.
        case fail
        /// They are ids of the same text, which may be others than the model's (`tokenSource` is `inexact`).
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

    package func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource {
        var body: JSONValue = [
            "prompt": .array(order.prompt.map { .integer(Int($0)) }), "stream": true, "return_tokens": true,
            "cache_prompt": true,
        ]
        order.addSampling(to: &body, limit: "n_predict", penalty: "repeat_penalty", allOfTopK: 0)
        body.set("grammar", order.grammar.map { .string($0.rules) })
        let events = try await connection.events(UpstreamRequest(.root("completion"), json: body))
        return UpstreamSteps(events, LlamaServerStepReader(map: map, gaps: gaps, lost: lost))
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

/// A chunk comes once its text is whole characters, and tells its last id only; `tokens_predicted` counts the others.
struct LlamaServerStepReader: TokenStepReader {
    let map: TokenizerMap
    let gaps: LlamaServerUpstream.Gaps
    let lost: LostTokens
    private var told = 0
    private var hasEnded = false

    init(map: TokenizerMap, gaps: LlamaServerUpstream.Gaps, lost: LostTokens) {
        self.map = map
        self.gaps = gaps
        self.lost = lost
    }

    mutating func append(data: [UInt8]) throws(AnswerError) -> TokenStep? {
        if hasEnded || data.starts(with: "[DONE]".utf8) { return nil }
        let chunk = try AnswerError.document(data)
        guard let count = chunk["tokens_predicted"]?.count, let content = chunk["content"]?.string else {
            throw .malformed("A chunk has no 'tokens_predicted' or no 'content'.")
        }
        var ids = try AnswerError.ids(chunk["tokens"], of: "tokens")
        hasEnded = chunk["stop"]?.bool ?? false
        let missing = count - told - ids.count
        guard missing >= 0 else {
            throw .malformed("It counts \(count) tokens, and \(told + ids.count) ids came.")
        }
        if missing > 0 { ids = try restore(missing, before: ids, text: Array(content.utf8)) }
        told = count
        guard hasEnded else { return TokenStep(ids: ids) }
        let end: FinishReason = chunk["stop_type"]?.string == "limit" ? .length : .endOfSequence
        return TokenStep(ids: ids, end: end)
    }

    mutating func finish() throws(AnswerError) -> TokenStep? { nil }

    private func restore(_ missing: Int, before ids: [TokenID], text: [UInt8]) throws(AnswerError)
        -> [TokenID]
    {
        let known = ids.flatMap { map.vocabulary.isSpecial($0) ? [] : map.vocabulary.bytes(of: $0) }
        if !ids.isEmpty, text.count > known.count, text.suffix(known.count) == known[...],
            let found = lost.only(missing, spelling: Array(text.dropLast(known.count)))
        {
            return found + ids
        }
        guard gaps == .retokenize else {
            throw .malformed(
                "It did not tell \(missing) ids of the text '\(String(decoding: text.prefix(50), as: UTF8.self))', and they "
                    + "cannot be made out for certain.")
        }
        return text.isEmpty ? ids : TokenText(map: map).ids(of: text)
    }
}
