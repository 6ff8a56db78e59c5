internal import CodecAPI
package import CodecCore
internal import CodecMaps

/// vLLM's OpenAI routes with `return_token_ids`.
package struct VLLMUpstream: TokenUpstream {
    private let connection: UpstreamConnection
    private let model: String

    /// - Parameter model: The upstream's name of the model.
    package init(_ connection: UpstreamConnection, model: String) {
        self.connection = connection
        self.model = model
    }

    package func start(_ order: TokenOrder) async throws(EngineError) -> any TokenStepSource {
        var body: JSONValue = [
            "model": .string(model), "prompt": .array(order.prompt.map { .integer(Int($0)) }), "stream": true,
            "stream_options": ["include_usage": true], "return_token_ids": true,
        ]
        order.addSampling(to: &body, limit: "max_tokens", penalty: "repetition_penalty", allOfTopK: -1)
        let events = try await connection.events(UpstreamRequest(.api("completions"), json: body))
        return UpstreamSteps(events, VLLMStepReader())
    }

    package func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        var body: JSONValue = [
            "model": .string(model), "messages": .array(messages.map(\.document)),
            "add_generation_prompt": true,
        ]
        if !tools.isEmpty { body.set("tools", .array(tools.map(\.document))) }
        return try await connection.ids("tokens", of: .root("tokenize"), body: body)
    }

    package func contextLength() async throws(EngineError) -> Int? {
        let models = try await connection.json(.api("models"))["data"]?.array ?? []
        let entry = models.first { $0["id"]?.string == model } ?? models.first
        return entry?["max_model_len"]?.count
    }

    package func shutdown() async { await connection.shutdown() }
}

/// Its chunks may have several ids, also such whose text is empty. The last one counts all of them.
struct VLLMStepReader: TokenStepReader {
    private var reader = OpenAIAnswerReader(.completions)
    private var told = 0

    mutating func append(data: [UInt8]) throws(AnswerError) -> TokenStep? {
        let chunk = try reader.append(data: data)
        let ids = reader.tokenIDs
        told += ids.count
        return try step(chunk, ids)
    }

    mutating func finish() throws(AnswerError) -> TokenStep? { try step(try reader.finish(), []) }

    private func step(_ chunk: ModelChunk?, _ ids: [TokenID]) throws(AnswerError) -> TokenStep? {
        var end: FinishReason?
        for event in chunk?.events ?? [] {
            switch event {
            case .usage(let usage) where usage.outputTokens != told:
                throw .malformed(
                    "It told \(told) ids and counts \(usage.outputTokens) tokens (return_token_ids needs vLLM 0.10.2)."
                )
            case .finish(.length): end = .length
            case .finish(.contentFilter): end = .policyViolation
            case .finish: end = .endOfSequence
            case .text where told == 0:
                throw .malformed("It sends text without ids (return_token_ids needs vLLM 0.10.2).")
            default: break
            }
        }
        return ids.isEmpty && end == nil ? nil : TokenStep(ids: ids, end: end)
    }
}
