import CodecCompression
import CodecCore
import CodecEngines
import CodecMaps
import Foundation

/// Whether there is a model, and whether it runs.
enum ModelChecks {
    /// - Parameter path: nil = the default model.
    static func run(path: String?) async -> [DoctorCheck] {
        guard let file = path ?? DefaultModel.find() else {
            return [
                .fail(
                    "model", "\(DefaultModel.fileName) is not here",
                    hint: "Run scripts/setup, or give --model.")
            ]
        }
        var checks = path == nil ? [hash(of: file)] : []
        checks.append(await generation(file))
        return checks
    }

    private static func hash(of file: String) -> DoctorCheck {
        let name = "model file"
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped) else {
            return .fail(name, "\(file) cannot be read", hint: "Run scripts/setup again.")
        }
        let hash = ContentHash(of: bytes).hex
        return hash == DefaultModel.hash
            ? .ok(name, file)
            : .fail(
                name, "\(file) has sha256 \(hash), not \(DefaultModel.hash)",
                hint: "Delete the file and run scripts/setup.")
    }

    /// Loads the model and makes one id: the library, the file and its vocabulary all work.
    private static func generation(_ file: String) async -> DoctorCheck {
        let name = "libllama"
        do {
            let map = try await loadMap(file)
            let engine = try LlamaEngine(
                LlamaConfiguration(modelPath: file, parallel: 1, contextLength: 64, queueLimit: 0), map: map)
            let prompt = map.tokenizer.encode("Hello")
            let stream = try await engine.generate(
                .init(prompt: prompt, maxTokens: 1, sampling: .init(temperature: 0)))
            var ids = 0
            for try await frame in stream { ids += frame.ids.count }
            await engine.shutdown()
            return ids == 1
                ? .ok(name, "\(engine.model.name) loads and answers")
                : .fail(
                    name, "\(engine.model.name) gave \(ids) ids in place of 1", hint: "Try another model.")
        } catch let error as EngineError {
            return .fail(name, error.message, hint: "Check the GGUF file.")
        } catch {
            return .fail(name, "\(error)", hint: "Check the GGUF file.")
        }
    }
}
