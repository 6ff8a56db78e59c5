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

    /// A token that no merging makes: it is found in a text by its name, and only where the caller allows it.
    public struct SpecialToken: Sendable, Equatable {
        /// What is particular to one special token.
        public struct Flags: OptionSet, Sendable {
            public let rawValue: UInt8
            public init(rawValue: UInt8) { self.rawValue = rawValue }

            /// White space before the token, in a text, belongs to it (`lstrip` of Hugging Face files).
            public static let stripsBefore = Flags(rawValue: 1)
            /// White space behind the token belongs to it (`rstrip`).
            public static let stripsAfter = Flags(rawValue: 2)
            /// Decoding shows the token's name, as that of an ordinary token (`special: false`).
            public static let visible = Flags(rawValue: 4)
            /// The token is found in every text, as SentencePiece's user-defined symbols are.
            public static let matchesAlways = Flags(rawValue: 8)
        }

        public var name: String
        public var id: TokenID
        public var flags: Flags

        public init(name: String, id: TokenID, flags: Flags = []) {
            self.name = name
            self.id = id
            self.flags = flags
        }

        public static func == (a: SpecialToken, b: SpecialToken) -> Bool {
            a.id == b.id && a.flags == b.flags && a.name.utf8.elementsEqual(b.name.utf8)
        }
    }

    /// What is done to a text, between special tokens, before anything else.
    public enum Normalization: Sendable, Equatable {
        case none
        /// Unicode's canonical composition (UAX #15), as Qwen's tokenizers do.
        case nfc
    }

    /// Where a space (`▁` in metaspace) is put in front of a stretch of text between special tokens.
    public enum SpacePrefix: Sendable, Equatable {
        case never
        /// In front of each stretch, whatever it begins with: SentencePiece's dummy prefix.
        case each
        /// In front of each stretch that does not begin with a space.
        case eachUnlessSpace
        /// At the text's very start only, unless there is a space: `prepend_scheme: first` of Hugging Face files.
        case firstUnlessSpace
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
    public var normalization: Normalization = .none
    public var spacePrefix: SpacePrefix

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
        spacePrefix = encoder == .metaspace ? .each : .never
    }
}
