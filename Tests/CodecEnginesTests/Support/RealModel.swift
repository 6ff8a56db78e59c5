import CodecCore
import CodecEngines
import CodecMaps
import Foundation

/// The default model: where `CODEC_MODEL` says, or where `scripts/setup` puts it.
enum RealModel {
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["CODEC_MODEL"], !path.isEmpty { return path }
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.appendingPathComponent(".models/SmolLM2-135M-Instruct.Q4_1.gguf").path
    }()

    /// The model's own vocabulary, read once.
    static let map = Result { try TokenizerMap.load(path: path) }

    static func engine(
        parallel: Int = 4, contextLength: Int = 512, queueLimit: Int = 64, map: TokenizerMap? = nil
    ) throws -> LlamaEngine {
        let configuration = LlamaConfiguration(
            modelPath: path, parallel: parallel, contextLength: contextLength, queueLimit: queueLimit)
        return try LlamaEngine(configuration, map: map ?? Self.map.get())
    }

    /// Runs a body with an engine, and shuts it down whatever happens.
    static func with<T>(
        _ engine: LlamaEngine, _ body: (LlamaEngine) async throws -> T
    ) async throws -> T {
        do {
            let result = try await body(engine)
            await engine.shutdown()
            return result
        } catch {
            await engine.shutdown()
            throw error
        }
    }
}

/// A completion read to its end.
struct Completion: Equatable, Sendable {
    var ids: [TokenID] = []
    var reason: FinishReason?
}

extension TokenEngine {
    func ids(_ text: String) -> [TokenID] { map.tokenizer.encode(text) }

    func text(_ ids: [TokenID]) -> String { map.vocabulary.decode(ids) }

    func complete(_ request: CompletionRequest) async throws -> Completion {
        var completion = Completion()
        for try await frame in try await generate(request) {
            completion.ids += frame.ids
            completion.reason = frame.finishReason
        }
        return completion
    }

    /// The likeliest continuation.
    func complete(_ prompt: String, maxTokens: Int, stop: [String] = []) async throws -> Completion {
        try await complete(
            CompletionRequest(
                prompt: ids(prompt), maxTokens: maxTokens, sampling: .init(temperature: 0), stop: stop))
    }
}
