/// A compiled vocabulary: immutable, shared by tokenizers, detokenizers and watchers.
public final class Vocabulary: @unchecked Sendable {
    /// Ids from here on are refused: tables are sized by the largest id.
    public static let maximumID = TokenID(1 << 22)

    /// What is known of an id.
    struct Traits: OptionSet {
        let rawValue: UInt8
        /// The vocabulary has this id.
        static let known = Traits(rawValue: 1)
        static let special = Traits(rawValue: 2)
        /// The token's own text, as a piece, encodes to this id alone.
        static let wholePiece = Traits(rawValue: 4)
        /// The token's text is complete UTF-8, so nothing waits before or after it.
        static let completeText = Traits(rawValue: 8)
        /// A special token that decoding shows.
        static let visible = Traits(rawValue: 16)
        /// Found by its text.
        static let indexed = Traits(rawValue: 32)
        /// Merging starts from it, or some merge makes it.
        static let made = Traits(rawValue: 64)
    }

    public let encoder: VocabularyDefinition.Encoder
    public let specialTokens: [VocabularyDefinition.SpecialToken]
    public let normalization: VocabularyDefinition.Normalization
    public let spacePrefix: VocabularyDefinition.SpacePrefix
    /// What a character without a token becomes where there are no byte tokens.
    let unknownID: TokenID?
    let preTokenizer: PreTokenizer
    let tables: VocabularyTables

    /// Compiles a document.
    /// - Throws: `VocabularyError` naming the field that cannot be right.
    public convenience init(_ definition: VocabularyDefinition) throws(VocabularyError) {
        try self.init(definition, VocabularyCompiler.compile(definition))
    }

    /// A vocabulary that was compiled before.
    ///
    /// - Parameters:
    ///   - definition: The same as then; its tokens and merges are not needed.
    ///   - image: What `image` was, where it does not move.
    /// - Returns: nil when the image is damaged or of another version of this library.
    public convenience init?(
        _ definition: VocabularyDefinition, image: VocabularyMemory
    ) throws(VocabularyError) {
        guard let tables = VocabularyTables(image) else { return nil }
        try self.init(definition, tables)
    }

    private init(
        _ definition: VocabularyDefinition, _ tables: VocabularyTables
    ) throws(VocabularyError) {
        self.tables = tables
        encoder = definition.encoder
        specialTokens = definition.specialTokens
        normalization = definition.normalization
        spacePrefix = definition.spacePrefix
        unknownID = definition.specialTokens.first { $0.name.utf8.elementsEqual("<unk>".utf8) }?.id
        preTokenizer = try PreTokenizer(definition.preTokenizer)
    }

    /// The compiled tables as bytes that can be kept: opening them takes no compiling.
    public var image: [UInt8] { tables.bytes }

    /// One more than the largest id.
    public var idLimit: Int { tables.idLimit }

    /// The longest token's length in bytes, at least 1: ids cannot be fewer than a text's bytes divided by it,
    /// but for bytes that the vocabulary lacks.
    public var longestTokenLength: Int { tables.longestText }

    /// Whether what matches always is found while merging, as a symbol like any other. Elsewhere it cuts the text as
    /// special tokens do; the difference is that no space comes in front behind a symbol.
    var findsSymbolsInMerging: Bool { encoder != .byteLevel && spacePrefix != .never }

    /// The special tokens that are found while merging; spelled as texts are.
    var symbols: [VocabularyDefinition.SpecialToken] {
        guard findsSymbolsInMerging else { return [] }
        return specialTokens.filter { $0.flags.contains(.matchesAlways) }.map { symbol in
            var symbol = symbol
            symbol.name = String(decoding: bytes(of: symbol.id), as: UTF8.self)
            return symbol
        }
    }

    /// The id of a special token by its name.
    public func specialID(named name: String) -> TokenID? {
        specialTokens.first { $0.name.utf8.elementsEqual(name.utf8) }?.id
    }

    /// Whether the id is that of a token (special ones included).
    public func contains(_ id: TokenID) -> Bool { traits(of: id).contains(.known) }

    public func isSpecial(_ id: TokenID) -> Bool { traits(of: id).contains(.special) }

    /// The bytes that a token stands for: its text, or a special token's name. Empty for an unknown id.
    public func bytes(of id: TokenID) -> [UInt8] {
        Array(text(of: id))
    }

    /// A merge that can happen.
    package struct Merge: Equatable {
        package var left: TokenID
        package var right: TokenID
        package var merged: TokenID
    }

    /// All merges that can happen, in their order: with the tokens' texts they decide how every piece is merged.
    package var effectiveMerges: [Merge] {
        var merges: [(rank: UInt64, merge: Merge)] = []
        for id in 0..<idLimit {
            let origin = tables.merges.origins[id]
            guard origin.time > 0 else { continue }
            let merge = Merge(left: origin.left, right: origin.right, merged: TokenID(id))
            merges.append((tables.merges.find(origin.left, origin.right) >> 32, merge))
        }
        return merges.sorted { $0.rank < $1.rank }.map { $0.merge }
    }

    var entries: UnsafeMutablePointer<TokenEntry> { tables.entries }
    var textBytes: UnsafeMutablePointer<UInt8> { tables.texts }

    @inline(__always)
    func traits(of id: TokenID) -> Traits {
        id < TokenID(idLimit) ? entries[Int(id)].traits : []
    }

    @inline(__always)
    func text(of id: TokenID) -> UnsafeBufferPointer<UInt8> {
        guard id < TokenID(idLimit) else { return UnsafeBufferPointer(start: nil, count: 0) }
        let entry = entries[Int(id)]
        return UnsafeBufferPointer(start: textBytes + Int(entry.offset), count: entry.length)
    }
}
