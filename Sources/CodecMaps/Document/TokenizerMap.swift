public import CodecCore

/// A tokenizer map (spec §6): the document's facts, its exact bytes' hash, and the compiled vocabulary.
public struct TokenizerMap: Sendable {
    public let id: String
    /// The hash of the document's exact bytes: the map's identity.
    public let hash: ContentHash
    /// The document's exact bytes.
    public let document: [UInt8]
    public let vocabulary: Vocabulary
    public let specialTokens: [String: TokenID]
    public var tokenizer: Tokenizer { Tokenizer(vocabulary) }
}
