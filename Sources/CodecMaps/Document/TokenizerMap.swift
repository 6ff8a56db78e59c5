public import CodecCompression
public import CodecCore

/// A tokenizer map (spec §6): the document's facts, its exact bytes' hash, and the compiled vocabulary.
public struct TokenizerMap: Sendable {
    /// Whether published maps that are known to be wrong are put right.
    public enum Corrections: Sendable {
        /// The ids are those of the model's own tokenizer: see `docs/map-format.md`.
        case applied
        /// The document is obeyed to the letter.
        case none
    }

    /// The document without its vocabulary and merges, which are compiled.
    let facts: MapDocument
    /// The hash of the document's exact bytes: the map's identity.
    public let hash: ContentHash
    public let vocabulary: Vocabulary
    public let tokenizer: Tokenizer
    public let specialTokens: [String: TokenID]
    private let source: Source

    /// Where the document's bytes are.
    private enum Source {
        case memory([UInt8])
        case file(path: String)
    }

    /// Reads a document and compiles its vocabulary.
    /// - Parameter expected: the hash that `bytes` must have.
    /// - Throws: `hashMismatch` before anything is read, then what `MapDocument.init(parsing:)` throws, and
    ///   `invalidField` for fields that cannot be compiled.
    public init(
        parsing bytes: [UInt8], expecting expected: ContentHash? = nil, corrections: Corrections = .applied
    ) throws(MapError) {
        let hash = ContentHash(of: bytes)
        if let expected { try expected.verify(hash) }
        try self.init(MapDocument(parsing: bytes), bytes: bytes, hash: hash, corrections)
    }

    /// The map of a document that is made here; its bytes are the canonical ones.
    /// - Throws: `invalidField`.
    public init(_ document: MapDocument) throws(MapError) {
        try document.validate()
        let bytes = document.canonicalBytes()
        try self.init(document, bytes: bytes, hash: ContentHash(of: bytes), .applied)
    }

    private init(
        _ document: MapDocument, bytes: [UInt8], hash: ContentHash, _ corrections: Corrections
    ) throws(MapError) {
        let vocabulary: Vocabulary
        do {
            var corrected = document
            if corrections == .applied { MapCorrections.apply(to: &corrected, hash: hash) }
            vocabulary = try Vocabulary(corrected.vocabularyDefinition())
        } catch {
            throw MapError(error)
        }
        self.init(document, hash, vocabulary, .memory(bytes))
    }

    /// A map whose vocabulary was compiled before.
    ///
    /// - Parameters:
    ///   - facts: the document without vocabulary and merges.
    ///   - path: the file that the document's bytes can be had from.
    /// - Returns: nil when the compiled tables are damaged or of another version.
    init?(facts: MapDocument, hash: ContentHash, tables: VocabularyMemory, path: String) {
        var corrected = facts
        MapCorrections.apply(to: &corrected, hash: hash)
        guard let vocabulary = try? Vocabulary(corrected.vocabularyDefinition(), image: tables) else {
            return nil
        }
        self.init(facts, hash, vocabulary, .file(path: path))
    }

    private init(
        _ document: MapDocument, _ hash: ContentHash, _ vocabulary: Vocabulary, _ source: Source
    ) {
        var facts = document
        facts.vocab = .init()
        facts.merges = .init()
        self.facts = facts
        self.hash = hash
        self.vocabulary = vocabulary
        self.source = source
        tokenizer = Tokenizer(vocabulary)
        specialTokens = Dictionary(
            facts.specialTokens.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    public var id: String { facts.id }

    /// What the document says of the number of tokens; ids may lie at or above it.
    public var vocabSize: Int { facts.vocabSize }

    /// The token that begins a text for this model, when the document says so.
    public var beginOfSequenceID: TokenID? { facts.beginOfSequenceID }

    /// The token with which this model ends a text, when the document says so.
    public var endOfSequenceID: TokenID? { facts.endOfSequenceID }

    public var toolCalling: ToolCalling? { facts.toolCalling }

    public var zstdDictionaries: [DictionaryEntry] { facts.zstdDictionaries }

    public var rankTables: [RankTableEntry] { facts.rankTables }

    /// The document's exact bytes. A map that was opened from the cache reads them from its file again.
    /// - Throws: what reading that file throws, and `hashMismatch` when it has changed since.
    public func documentBytes() throws(MapError) -> [UInt8] {
        switch source {
        case .memory(let bytes): return bytes
        case .file(let path):
            let bytes = try Self.documentBytes(path: path)
            try hash.verify(ContentHash(of: bytes))
            return bytes
        }
    }
}
