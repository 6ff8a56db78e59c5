public import CodecCompression
public import CodecCore

/// What to complete, and how.
///
/// What is nil is left out of the request: the server's own default holds.
public struct CompletionOptions: Sendable, Equatable {
    public enum Prompt: Sendable, Equatable {
        case text(String)
        /// Ids in the vocabulary of the server's model, or of `pinnedMap` with `allowsTranslation`.
        case ids([TokenID])
        /// A conversation; the server applies the model's chat template.
        case messages([Message])
    }

    public struct Message: Sendable, Equatable {
        /// `system`, `user`, `assistant`, `tool`, …
        public var role: String
        public var content: String
        /// The calls that an assistant's message made.
        public var toolCalls: [ToolCall]
        /// On a message of the role `tool`: the id of the call that it answers.
        public var toolCallID: String?

        public init(
            role: String, content: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil
        ) {
            self.role = role
            self.content = content
            self.toolCalls = toolCalls
            self.toolCallID = toolCallID
        }
    }

    public var prompt: Prompt
    /// The model's name.
    public var model: String?
    /// At most so many new ids.
    public var maxTokens: Int?
    /// 0 = the most likely id, always.
    public var temperature: Double?
    public var topP: Double?
    /// The same seed gives the same choices.
    public var seed: UInt32?
    /// Texts that end the completion.
    public var stop: [String]
    /// How long ids may wait on the server to be sent together, in milliseconds; 0 = each at once (spec §5).
    public var flushMilliseconds: Int?
    /// Encodings of the answer that are taken, best first; nil for all that can be read at once: zstd where its
    /// dictionary is known, gzip and br. Without `identity` plain bytes are refused; none at all = identity only.
    public var acceptedEncodings: [ContentEncoding]?
    /// How the request's own body is compressed; a server need not know any but `identity`.
    public var bodyEncoding: ContentEncoding
    /// The map that ids must be in. Another one in the answer is an error before anything is decoded.
    public var pinnedMap: ContentHash?
    /// Whether the server may translate where the model's vocabulary is not that of `pinnedMap`: the prompt's ids on
    /// their way in, the answer's on their way out (spec §10). A server that does not offer it refuses.
    public var allowsTranslation: Bool
    /// What the model may call.
    public var tools: [Tool]
    public var toolChoice: ToolChoice?
    /// The JSON Schema that the answer's text has to match.
    public var responseSchema: String?
    /// Takes the regions between these tokens out of the ids, as `toolCalls` of the frames (spec §2).
    public var toolWatcher: ToolMarkers?

    public init(
        prompt: Prompt, model: String? = nil, maxTokens: Int? = nil, temperature: Double? = nil,
        topP: Double? = nil, seed: UInt32? = nil, stop: [String] = [], flushMilliseconds: Int? = nil,
        acceptedEncodings: [ContentEncoding]? = nil, bodyEncoding: ContentEncoding = .identity,
        pinnedMap: ContentHash? = nil, allowsTranslation: Bool = false, tools: [Tool] = [],
        toolChoice: ToolChoice? = nil, responseSchema: String? = nil, toolWatcher: ToolMarkers? = nil
    ) {
        self.prompt = prompt
        self.model = model
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topP = topP
        self.seed = seed
        self.stop = stop
        self.flushMilliseconds = flushMilliseconds
        self.acceptedEncodings = acceptedEncodings
        self.bodyEncoding = bodyEncoding
        self.pinnedMap = pinnedMap
        self.allowsTranslation = allowsTranslation
        self.tools = tools
        self.toolChoice = toolChoice
        self.responseSchema = responseSchema
        self.toolWatcher = toolWatcher
    }
}
