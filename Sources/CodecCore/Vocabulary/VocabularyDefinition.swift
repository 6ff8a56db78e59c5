/// What a tokenizer's document says, before it is compiled into a `Vocabulary`.
///
/// The fields follow the tokenizer map (spec §6); texts are UTF-8 in the tokenizer's own alphabet.
public struct VocabularyDefinition: Sendable {
    /// How token strings spell bytes.
    public enum Encoder: Sendable, Equatable {
        /// The GPT-2 byte alphabet: one printable character a byte, `Ġhello`.
        case byteLevel
        /// SentencePiece: `▁` for a space, byte tokens for what has no token.
        case metaspace
        /// Token strings are the text itself.
        case plain
    }

    public struct SpecialToken: Sendable, Equatable {
        public var name: String
        public var id: TokenID
        public init(name: String, id: TokenID) {
            self.name = name
            self.id = id
        }
    }

    public var encoder: Encoder
    /// Token strings; `tokenIDs[i]` is the id of string `i`.
    public var tokens: StringTable
    public var tokenIDs: [TokenID]
    /// `left right` lines, best merge first.
    public var merges: StringTable
    public var specialTokens: [SpecialToken]
    /// First of the 256 ids that stand for single bytes, if the vocabulary has them.
    public var byteFallbackStart: TokenID?
    public var preTokenizer: PreTokenizerDefinition
    /// A piece that is a whole vocabulary entry is taken as it is, before any merging.
    public var takesWholePieces: Bool

    public init(
        encoder: Encoder, tokens: StringTable, tokenIDs: [TokenID], merges: StringTable,
        specialTokens: [SpecialToken], byteFallbackStart: TokenID? = nil,
        preTokenizer: PreTokenizerDefinition, takesWholePieces: Bool = false
    ) {
        self.encoder = encoder
        self.tokens = tokens
        self.tokenIDs = tokenIDs
        self.merges = merges
        self.specialTokens = specialTokens
        self.byteFallbackStart = byteFallbackStart
        self.preTokenizer = preTokenizer
        self.takesWholePieces = takesWholePieces
    }
}
