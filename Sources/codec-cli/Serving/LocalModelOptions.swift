import ArgumentParser
import CodecCore
import CodecEngines
import CodecMaps

/// A model that runs in the server's own process.
struct LocalModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model's GGUF file.", valueName: "file"))
    var model: String?
    @Option(help: "So many requests are decoded together.")
    var parallel = 4
    @Option(
        help:
            "Tokens that a prompt and its completion share; the model's own limit (at most 4096) unless given."
    )
    var context: Int?
    @Option(
        help:
            "Threads that compute; one fewer than processors unless given. Fewer are faster on a busy machine."
    )
    var threads: Int?
    @Option(help: "So many requests may wait for their turn.")
    var queue = 64

    func validate() throws {
        guard (1...64).contains(parallel) else { throw ValidationError("--parallel is 1 to 64") }
        if let threads, threads < 1 { throw ValidationError("--threads is at least 1") }
        guard queue >= 0 else { throw ValidationError("--queue is at least 0") }
        if let context, context < 1 { throw ValidationError("--context is at least 1") }
    }

    /// - Parameter toolCalling: how the model writes calls; nil for what its map says.
    func load(_ file: String, _ map: TokenizerMap, _ toolCalling: ToolCalling?) throws -> LlamaEngine {
        do {
            return try LlamaEngine(
                LlamaConfiguration(
                    modelPath: file, parallel: parallel, contextLength: context, threads: threads,
                    queueLimit: queue, toolCalling: toolCalling),
                map: map)
        } catch {
            throw Failure("\(file): \(error.message)")
        }
    }
}
