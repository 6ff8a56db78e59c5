package import CodecAPI
internal import CodecCore
internal import CodecMaps

/// A token engine as one that is asked in text: tokenizer before it, detokenizer and tool calls behind it.
package struct TokenModel: ModelEngine {
    private let engine: any TokenEngine

    package init(_ engine: any TokenEngine) { self.engine = engine }

    package func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream {
        let tokens = try await TokenRequest(request, for: engine)
        return ModelStream(
            TokenModelSource(
                try await engine.generate(tokens.completion), tokens, vocabulary: engine.map.vocabulary),
            degradations: request.hints.map { "ignored-\($0)" })
    }

    package func countTokens(of request: ModelRequest) async throws(EngineError) -> Int {
        try await TokenRequest(request, for: engine).completion.prompt.count
    }

    package func shutdown() async { await engine.shutdown() }
}
