public import CodecCompression
public import CodecCore

/// The fields of a tokenizer map's document (spec §6), and the extensions of `docs/map-format.md`.
public struct MapDocument: Sendable, Equatable {
    /// How token strings spell bytes: the values of `encoder`.
    public enum Encoder: String, Sendable {
        case byteLevel = "byte_level"
        case metaspace
    }

    /// Whether the document has `vocab` ("2") or, in the old form, `tokens` ("1").
    public enum Version: String, Sendable {
        case one = "1"
        case two = "2"
    }

    /// One step of `pre_tokenizer_splits`.
    public enum Split: Sendable, Equatable {
        /// A regular expression over the text.
        case pattern(String)
        /// A regular expression over the characters of the GPT-2 byte alphabet that spell the text's bytes.
        case bytePattern(String)
    }

    /// Token strings and their ids, in the order of the document.
    public struct Vocab: Sendable, Equatable {
        public var tokens: StringTable
        /// `ids[i]` is the id of string `i` of `tokens`.
        public var ids: [TokenID]

        public init(tokens: StringTable = .init(), ids: [TokenID] = []) {
            self.tokens = tokens
            self.ids = ids
        }
    }

    /// `[a-z0-9._/-]+`, such as `qwen/qwen2`.
    public var id: String
    public var version: Version
    /// What the publisher says; ids may lie at or above it.
    public var vocabSize: Int
    /// Special tokens may be among these too. In a document of version 1 texts may repeat.
    public var vocab: Vocab
    /// Nil when token strings are the text itself.
    public var encoder: Encoder?
    /// `left right` lines, best merge first.
    public var merges: StringTable
    public var preTokenizerPattern: String?
    public var preTokenizerProgram: [ProgramOp]?
    /// Extension: patterns that are applied one after another, each to the pieces of the one before.
    /// Wins over program and pattern.
    public var preTokenizerSplits: [Split]?
    /// Extension: a piece that is a whole vocabulary entry is taken as it is, before any merging.
    public var wholePieces: Bool
    /// The first of the 256 ids that stand for single bytes.
    public var byteFallbackStart: TokenID?
    /// Their flags are an extension.
    public var specialTokens: [VocabularyDefinition.SpecialToken]
    /// Extension: what is done to a text before anything else.
    public var normalization: VocabularyDefinition.Normalization
    /// Extension: where a space is put in front of a text; nil means what the encoder's models usually do.
    public var spacePrefix: VocabularyDefinition.SpacePrefix?
    /// Extension: the token that begins a text for this model.
    public var beginOfSequenceID: TokenID?
    /// Extension: the token with which this model ends a text.
    public var endOfSequenceID: TokenID?
    public var toolCalling: ToolCalling?
    public var zstdDictionaries: [DictionaryEntry]
    public var rankTables: [RankTableEntry]
    /// A time as RFC 3339 writes it; not checked.
    public var publishedAt: String?

    public init(
        id: String, version: Version = .two, vocabSize: Int, vocab: Vocab, encoder: Encoder? = nil,
        merges: StringTable = .init(), specialTokens: [VocabularyDefinition.SpecialToken] = []
    ) {
        self.id = id
        self.version = version
        self.vocabSize = vocabSize
        self.vocab = vocab
        self.encoder = encoder
        self.merges = merges
        self.specialTokens = specialTokens
        wholePieces = false
        normalization = .none
        zstdDictionaries = []
        rankTables = []
    }

    /// The id of a special token.
    public func specialID(named name: String) -> TokenID? {
        // As bytes: tokens may differ in nothing that makes them different strings.
        specialTokens.first { $0.name.utf8.elementsEqual(name.utf8) }?.id
    }
}

/// How a model writes a call of a tool.
public struct ToolCalling: Sendable, Equatable {
    public enum ArgumentsFormat: String, Sendable {
        case json
        case pythonArguments = "python_args"
    }

    public enum ResultFormat: String, Sendable {
        case text, json
    }

    public var convention: ToolCallConvention
    /// The name of the special token before a call.
    public var startMarker: String
    /// The name of the special token behind it.
    public var endMarker: String
    public var argumentsFormat: ArgumentsFormat?
    public var resultFormat: ResultFormat?

    public init(
        convention: ToolCallConvention, startMarker: String, endMarker: String,
        argumentsFormat: ArgumentsFormat? = nil, resultFormat: ResultFormat? = nil
    ) {
        self.convention = convention
        self.startMarker = startMarker
        self.endMarker = endMarker
        self.argumentsFormat = argumentsFormat
        self.resultFormat = resultFormat
    }
}

/// Names a dictionary for zstd that was trained on streams of this vocabulary (spec §5).
public struct DictionaryEntry: Sendable, Equatable {
    /// `msgpack` or `protobuf`; others may come.
    public var format: String
    public var url: String
    /// The hash of the dictionary's raw bytes.
    public var hash: ContentHash
    public var sizeBytes: Int

    public init(format: String, url: String, hash: ContentHash, sizeBytes: Int) {
        self.format = format
        self.url = url
        self.hash = hash
        self.sizeBytes = sizeBytes
    }
}
