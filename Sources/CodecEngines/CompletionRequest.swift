public import CodecCore

/// The one internal form of a request for a completion, whatever API it came in by.
public struct CompletionRequest: Sendable, Equatable {
    /// The prompt's ids in the engine's vocabulary; not empty.
    public var prompt: [TokenID]
    /// At most so many new ids; nil = up to the end of the context.
    public var maxTokens: Int?
    public var sampling: SamplingParameters
    /// Texts that end the completion; they and what follows are not part of it.
    ///
    /// When a stop begins inside a token, what is left of the token is written with other ids, which may make the
    /// completion longer than `maxTokens` by a few: the text is exact, and the limit is on what the model chooses.
    public var stop: [String]
    /// What the completion has to look like; its fixed ids count towards `maxTokens`.
    public var constraint: GenerationConstraint?

    public init(
        prompt: [TokenID], maxTokens: Int? = nil, sampling: SamplingParameters = .init(),
        stop: [String] = [], constraint: GenerationConstraint? = nil
    ) {
        self.prompt = prompt
        self.maxTokens = maxTokens
        self.sampling = sampling
        self.stop = stop
        self.constraint = constraint
    }
}

/// How the next id is chosen.
public struct SamplingParameters: Sendable, Equatable {
    /// 0 = the most likely id, always.
    public var temperature: Float
    /// Only the k most likely ids; 0 = all.
    public var topK: Int
    /// Only the most likely ids that hold this much probability together; 1 = all.
    public var topP: Float
    /// Only ids at least this likely, relative to the most likely one; 0 = all.
    public var minP: Float
    /// Divides the logits of ids that occurred lately; 1 = none.
    public var repetitionPenalty: Float
    /// The same seed gives the same choices; nil = random.
    public var seed: UInt32?

    public init(
        temperature: Float = 1, topK: Int = 0, topP: Float = 1, minP: Float = 0,
        repetitionPenalty: Float = 1, seed: UInt32? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.seed = seed
    }
}
