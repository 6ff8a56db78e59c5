public import CodecMaps

/// How a `LlamaEngine` runs its model.
public struct LlamaConfiguration: Sendable, Equatable {
    /// The GGUF file.
    public var modelPath: String
    /// The name that requests use; nil = the file's `general.basename` or `general.name`, else its own name.
    public var modelName: String?
    /// So many requests are decoded together; 1...64.
    public var parallel: Int
    /// Ids that a request's prompt and completion share; nil = what the model was trained for, at most 4,096.
    ///
    /// Each of the `parallel` slots has its own room of this size, taken when the engine starts.
    public var contextLength: Int?
    /// Threads that compute; nil = one for each core but one, which is left to the server and its clients.
    ///
    /// llama.cpp's threads wait for each other without sleeping: as soon as one of them shares its core with
    /// other work, all of them lose that time, many times a token.
    public var threads: Int?
    /// So many requests may wait for a slot; one more is refused as `overloaded`.
    public var queueLimit: Int
    /// How the model writes tool calls; nil = as its map says.
    public var toolCalling: ToolCalling?

    public init(
        modelPath: String, modelName: String? = nil, parallel: Int = 4, contextLength: Int? = nil,
        threads: Int? = nil, queueLimit: Int = 64, toolCalling: ToolCalling? = nil
    ) {
        self.modelPath = modelPath
        self.modelName = modelName
        self.parallel = parallel
        self.contextLength = contextLength
        self.threads = threads
        self.queueLimit = queueLimit
        self.toolCalling = toolCalling
    }
}

extension LlamaConfiguration {
    func check() throws(EngineError) {
        try require(1...64, parallel, "parallel")
        try require(1...Int(Int32.max), contextLength ?? 1, "context length")
        try require(1...1024, threads ?? 1, "threads")
        try require(0...Int(Int32.max), queueLimit, "queue limit")
    }

    private func require(_ range: ClosedRange<Int>, _ value: Int, _ name: String) throws(EngineError) {
        guard range.contains(value) else {
            throw EngineError(
                .invalidRequest,
                "\(name) is \(value); it must be from \(range.lowerBound) to \(range.upperBound).",
                parameter: name)
        }
    }
}
