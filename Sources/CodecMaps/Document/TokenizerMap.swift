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

    public let id: String
    /// The hash of the document's exact bytes: the map's identity.
    public let hash: ContentHash
    /// The document's exact bytes.
    public let document: [UInt8]
    public let vocabulary: Vocabulary
    public let tokenizer: Tokenizer
    public let specialTokens: [String: TokenID]
    /// What the document says of the number of tokens; ids may lie at or above it.
    public let vocabSize: Int
    /// The token that begins a text for this model, when the document says so.
    public let beginOfSequenceID: TokenID?
    /// The token with which this model ends a text, when the document says so.
    public let endOfSequenceID: TokenID?
    public let toolCalling: ToolCalling?
    public let zstdDictionaries: [ZstdDictionary]

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
        id = document.id
        self.hash = hash
        self.document = bytes
        do {
            var corrected = document
            if corrections == .applied { MapCorrections.apply(to: &corrected, hash: hash) }
            vocabulary = try Vocabulary(corrected.vocabularyDefinition())
        } catch {
            throw MapError(error)
        }
        tokenizer = Tokenizer(vocabulary)
        specialTokens = Dictionary(
            document.specialTokens.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        vocabSize = document.vocabSize
        beginOfSequenceID = document.beginOfSequenceID
        endOfSequenceID = document.endOfSequenceID
        toolCalling = document.toolCalling
        zstdDictionaries = document.zstdDictionaries
    }
}
