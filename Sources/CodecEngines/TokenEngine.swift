public import CodecCore
public import CodecMaps

/// What turns a prompt's ids into a stream of new ids.
public protocol TokenEngine: Sendable {
    var model: ModelDescription { get }
    /// The vocabulary of every id that goes in or comes out.
    var map: TokenizerMap { get }
    /// How the model writes tool calls; nil when that is not known.
    var toolCalling: ToolCalling? { get }
    /// Whether the ids are made here, of an upstream's text: then they are some way to write the answer, and need not be
    /// the ones that the model chose.
    var isRetokenized: Bool { get }
    /// How busy the engine is now.
    var load: EngineLoad { get }

    /// The model's chat template applied to messages and the tools that the model may call, as segments for the
    /// tokenizer: the template's own text may spell special tokens, what comes from outside may not.
    func renderChat(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) throws(EngineError) -> [Tokenizer.Segment]

    /// The ids of the prompt that asks for the next message of the assistant.
    func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID]

    /// Starts a completion; returns once it has a slot or a place in the queue.
    ///
    /// The stream ends with exactly one terminal frame, or throws. Dropping it, or cancelling the task
    /// that reads it, ends the generation.
    func generate(_ request: CompletionRequest) async throws(EngineError) -> TokenStream

    /// Ends what runs and frees the model. Later calls of `generate` throw `shuttingDown`.
    func shutdown() async
}

public struct ModelDescription: Sendable, Equatable {
    /// The name that requests use.
    public var name: String
    /// Seconds since 1970.
    public var created: Int
    /// Ids that prompt and completion share.
    public var contextLength: Int

    public init(name: String, created: Int, contextLength: Int) {
        self.name = name
        self.created = created
        self.contextLength = contextLength
    }
}

public struct EngineLoad: Sendable, Equatable {
    public var slots: Int
    public var busySlots: Int
    public var queued: Int

    public init(slots: Int, busySlots: Int, queued: Int) {
        self.slots = slots
        self.busySlots = busySlots
        self.queued = queued
    }
}

extension TokenEngine {
    /// What the map says.
    public var toolCalling: ToolCalling? { map.toolCalling }

    public var isRetokenized: Bool { false }

    /// What `renderChat` says, tokenized here.
    /// - Throws: `contextOverflow` at once for a text so long that no tokenizing could make it fit the context.
    public func chatPrompt(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) async throws(EngineError) -> [TokenID] {
        let segments = try renderChat(messages, tools: tools)
        let bytes = segments.reduce(0) { $0 + $1.text.utf8.count }
        guard bytes / map.vocabulary.longestTokenLength < model.contextLength else {
            throw EngineError(
                .contextOverflow,
                "The prompt has \(bytes) bytes, too many for the context of \(model.contextLength) tokens.",
                parameter: "prompt")
        }
        return map.tokenizer.encode(segments)
    }

    /// The model's chat template applied to messages, without tools.
    public func renderChat(_ messages: [ChatMessage]) throws(EngineError) -> [Tokenizer.Segment] {
        try renderChat(messages, tools: [])
    }
}
