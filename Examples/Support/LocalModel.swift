public import CodecEngines
public import CodecMaps
import Foundation

/// A model that runs in this very process.
public enum LocalModel {
    /// Where `CODEC_MODEL` says, or where `scripts/setup` puts the default model.
    public static var defaultPath: String {
        if let path = ProcessInfo.processInfo.environment["CODEC_MODEL"], !path.isEmpty { return path }
        return ".models/SmolLM2-135M-Instruct.Q4_1.gguf"
    }

    /// Runs `body` with the model of a GGUF file, whose vocabulary is the one in the file.
    /// - Parameter toolCalling: how the model writes tool calls, where its map does not say.
    public static func run<Result: Sendable>(
        _ path: String, toolCalling: ToolCalling? = nil, _ body: (LlamaEngine) async throws -> Result
    ) async throws -> Result {
        let map = try TokenizerMap.load(path: path, cache: .standard)
        let engine = try LlamaEngine(
            LlamaConfiguration(modelPath: path, parallel: 1, toolCalling: toolCalling), map: map)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(engine))
        } catch {
            result = .failure(error)
        }
        await engine.shutdown()
        return try result.get()
    }
}
