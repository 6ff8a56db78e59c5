internal import CodecCore

extension MapDocument {
    /// Documents are at most so long (spec §18).
    public static let maximumBytes = 64 << 20
    /// The largest id; larger ones have no place in the engines' signed 32-bit ids.
    static let maximumID = TokenID(Int32.max)

    /// Reads and validates a document.
    /// - Throws: `malformed`, `invalidField` or `tooLarge`, with field and byte offset where there are any.
    public init(parsing bytes: [UInt8]) throws(MapError) {
        try self.init(parsingFacts: bytes)
        try validate()
    }

    /// Reads a document whose fields may not fit together.
    init(parsingFacts bytes: [UInt8]) throws(MapError) {
        self = try MapFieldReader.read(bytes, upTo: Self.maximumBytes) { (reader) throws(MapError) in
            var fields = MapFields()
            try reader.fields(of: nil) { (reader, name: MapFields.Name, _) throws(MapError) in
                try fields.read(name, &reader)
            }
            return try fields.document()
        }
    }
}

/// The fields of a document in the order they come.
struct MapFields {
    typealias TokenFlags = (name: String, flags: VocabularyDefinition.SpecialToken.Flags)

    enum Name: String {
        case id, version, vocab, tokens, encoder, merges
        case vocabSize = "vocab_size"
        case preTokenizerPattern = "pre_tokenizer_pattern"
        case preTokenizerProgram = "pre_tokenizer_program"
        case preTokenizerSplits = "pre_tokenizer_splits"
        case wholePieces = "whole_pieces"
        case byteFallbackStart = "byte_fallback_start"
        case byteFallbackEnd = "byte_fallback_end"
        case specialTokens = "special_tokens"
        case specialTokenFlags = "special_token_flags"
        case normalizer
        case prefixSpace = "prefix_space"
        case beginOfSequenceID = "bos_token_id"
        case endOfSequenceID = "eos_token_id"
        case toolCalling = "tool_calling"
        case zstdDictionaries = "zstd_dictionaries"
        case rankTables = "rank_tables"
        case publishedAt = "published_at"
    }

    private var partial = MapDocument(id: "", vocabSize: 0, vocab: .init())
    private var id: String?
    private var version: MapDocument.Version?
    private var vocabSize: Int?
    private var vocab: MapDocument.Vocab?
    private var tokens: MapDocument.Vocab?
    private var fallbackEnd: TokenID?
    private var tokenFlags: [TokenFlags] = []

    mutating func read(_ name: Name, _ reader: inout MapFieldReader) throws(MapError) {
        let field = name.rawValue
        switch name {
        case .id: id = try reader.string(field)
        case .version: version = try reader.choice(field)
        case .vocabSize: vocabSize = try reader.integer(field, in: 1...Int(MapDocument.maximumID))
        case .vocab: vocab = try reader.vocab(field)
        case .tokens: tokens = try reader.tokensOfVersion1(field)
        case .encoder: partial.encoder = try reader.choice(field)
        case .merges: partial.merges = try reader.stringTable(field)
        case .preTokenizerPattern: partial.preTokenizerPattern = try reader.string(field)
        case .preTokenizerProgram: partial.preTokenizerProgram = try reader.program(field)
        case .preTokenizerSplits: partial.preTokenizerSplits = try reader.splits(field)
        case .wholePieces: partial.wholePieces = try reader.bool(field)
        case .byteFallbackStart: partial.byteFallbackStart = try reader.tokenID(field)
        case .byteFallbackEnd: fallbackEnd = try reader.tokenID(field)
        case .specialTokens: partial.specialTokens = try reader.specialTokens(field)
        case .specialTokenFlags: tokenFlags = try reader.specialTokenFlags(field)
        case .normalizer: partial.normalization = try reader.normalization(field)
        case .prefixSpace: partial.spacePrefix = try reader.spacePrefix(field)
        case .beginOfSequenceID: partial.beginOfSequenceID = try reader.tokenID(field)
        case .endOfSequenceID: partial.endOfSequenceID = try reader.tokenID(field)
        case .toolCalling: partial.toolCalling = try reader.toolCalling(field)
        case .zstdDictionaries: partial.zstdDictionaries = try reader.zstdDictionaries(field)
        case .rankTables: partial.rankTables = try reader.rankTables(field)
        case .publishedAt: partial.publishedAt = try reader.string(field)
        }
    }

    /// The document, once all fields were read.
    func document() throws(MapError) -> MapDocument {
        var document = partial
        document.id = try Self.required(id, .id)
        document.version = try Self.required(version, .version)
        document.vocabSize = try Self.required(vocabSize, .vocabSize)
        document.vocab =
            switch document.version {
            case .one: try Self.required(tokens, .tokens)
            case .two: try Self.required(vocab, .vocab)
            }
        try Self.add(tokenFlags, to: &document.specialTokens)
        switch (partial.byteFallbackStart, fallbackEnd) {
        case (nil, nil): break
        case (let start?, let end?) where end >= start && end - start == 255: break
        case (.some, .some):
            throw MapError(
                .invalidField, field: Name.byteFallbackEnd.rawValue,
                "must be 255 more than byte_fallback_start: one id for each byte")
        case (nil, _), (_, nil):
            throw MapError(
                .invalidField,
                field: (fallbackEnd == nil ? Name.byteFallbackEnd : .byteFallbackStart).rawValue,
                "byte_fallback_start and byte_fallback_end go together, and one is missing")
        }
        return document
    }

    private static func add(
        _ tokenFlags: [TokenFlags], to tokens: inout [VocabularyDefinition.SpecialToken]
    ) throws(MapError) {
        guard !tokenFlags.isEmpty else { return }
        var indices: [ArraySlice<UInt8>: Int] = [:]
        for (index, token) in tokens.enumerated() { indices[ArraySlice(token.name.utf8)] = index }
        for (name, flags) in tokenFlags {
            // Each name once: a second one finds nothing.
            guard let index = indices.removeValue(forKey: ArraySlice(name.utf8)) else {
                throw MapError(
                    .invalidField, field: "\(Name.specialTokenFlags.rawValue).\(name)",
                    "is no special token, or occurs twice")
            }
            tokens[index].flags = flags
        }
    }

    private static func required<Value>(_ value: Value?, _ name: Name) throws(MapError) -> Value {
        guard let value else { throw MapError(.invalidField, field: name.rawValue, "is missing") }
        return value
    }
}
