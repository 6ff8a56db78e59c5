public import CodecCompression
public import CodecCore

/// What to complete, and how.
///
/// What is nil is left out of the request: the server's own default holds.
public struct CompletionOptions: Sendable, Equatable {
    public enum Prompt: Sendable, Equatable {
        case text(String)
        /// Ids in the vocabulary of the server's model.
        case ids([TokenID])
        /// A conversation; the server applies the model's chat template.
        case messages([Message])
    }

    public struct Message: Sendable, Equatable, Encodable {
        /// `system`, `user`, `assistant`, …
        public var role: String
        public var content: String
        public init(role: String, content: String) {
            self.role = role
            self.content = content
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

    public init(
        prompt: Prompt, model: String? = nil, maxTokens: Int? = nil, temperature: Double? = nil,
        topP: Double? = nil, seed: UInt32? = nil, stop: [String] = [], flushMilliseconds: Int? = nil,
        acceptedEncodings: [ContentEncoding]? = nil, bodyEncoding: ContentEncoding = .identity,
        pinnedMap: ContentHash? = nil
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
    }
}
