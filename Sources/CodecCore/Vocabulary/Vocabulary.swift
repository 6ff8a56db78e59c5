/// A compiled vocabulary: immutable, shared by tokenizers, detokenizers and watchers.
public final class Vocabulary: @unchecked Sendable {
    /// Ids from here on are refused: tables are sized by the largest id.
    public static let maximumID = TokenID(1 << 24)

    /// What is known of an id.
    struct Traits: OptionSet {
        let rawValue: UInt8
        /// The vocabulary has this id.
        static let known = Traits(rawValue: 1)
        static let special = Traits(rawValue: 2)
        /// The token's own bytes, as a piece, encode to this id alone.
        static let wholePiece = Traits(rawValue: 4)
        /// The token's bytes are complete UTF-8, so nothing waits before or after it.
        static let completeText = Traits(rawValue: 8)
    }

    public let encoder: VocabularyDefinition.Encoder
    /// One more than the largest id.
    public let idLimit: Int
    public let specialTokens: [VocabularyDefinition.SpecialToken]
    public let normalization: VocabularyDefinition.Normalization
    public let spacePrefix: VocabularyDefinition.SpacePrefix
    /// The longest token's length in bytes, at least 1: ids cannot be fewer than a text's bytes divided by it,
    /// but for bytes that the vocabulary lacks.
    public let longestTokenLength: Int

    /// The memory of the two tables below.
    private let layout: TextLayout
    let entries: UnsafeMutablePointer<TokenEntry>
    let textBytes: UnsafeMutablePointer<UInt8>

    /// Tokens by the bytes (byte_level) or the spelling (else) that merging works on.
    let index: TokenIndex
    let specialIndex: TokenIndex
    let merges: MergeTable
    /// The ids of the 256 single bytes; -1 where the vocabulary has none.
    let byteIDs: [Int32]
    /// What a character without a token becomes where there are no byte tokens.
    let unknownID: TokenID?
    let preTokenizer: PreTokenizer

    /// Compiles a document.
    /// - Throws: `VocabularyError` naming the field that cannot be right.
    public init(_ definition: VocabularyDefinition) throws(VocabularyError) {
        var spellings = StringTable()
        layout = try TextLayout(definition, spellings: &spellings)
        encoder = definition.encoder
        specialTokens = definition.specialTokens
        normalization = definition.normalization
        spacePrefix = definition.spacePrefix
        idLimit = layout.idLimit
        entries = layout.entries
        textBytes = layout.bytes
        longestTokenLength = layout.longestText
        // Plain maps spell what tokens decode to, and broken characters all decode to U+FFFD.
        index = try TokenIndex(
            spellings, ids: definition.tokenIDs, allowsRepeats: definition.encoder == .plain)
        var names = StringTable()
        for special in definition.specialTokens { names.append(special.name.utf8) }
        specialIndex = try TokenIndex(names, ids: definition.specialTokens.map { $0.id })
        merges = try Self.compileMerges(definition, index)
        byteIDs = Self.byteIDs(definition, index)
        unknownID = definition.specialTokens.first { $0.name.utf8.elementsEqual("<unk>".utf8) }?.id
        preTokenizer = try PreTokenizer(definition.preTokenizer)
        markWholePieces(definition)
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

    private static func compileMerges(
        _ definition: VocabularyDefinition, _ index: TokenIndex
    ) throws(VocabularyError) -> MergeTable {
        let table = MergeTable(count: definition.merges.count)
        var spelling: [UInt8] = []
        for line in 0..<definition.merges.count {
            let range = definition.merges.range(line)
            let found: MergeLookup = definition.merges.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return .malformed }
                return merge(base, range, definition.encoder, index, &spelling)
            }
            switch found {
            case .tokens(let left, let right, let merged):
                guard table.insert(left, right, rank: UInt32(line), merged: merged) else {
                    throw VocabularyError(field: "merges", reason: "pairs collide beyond reason")
                }
            case .malformed:
                throw VocabularyError(
                    field: "merges",
                    reason: "line " + decimal(line) + " is not two tokens with one space between")
            case .absent:
                throw VocabularyError(
                    field: "merges", reason: "line " + decimal(line) + " names a token that vocab has not")
            }
        }
        return table
    }

    private enum MergeLookup {
        case tokens(TokenID, TokenID, merged: TokenID)
        case malformed, absent
    }

    private static func merge(
        _ base: UnsafePointer<UInt8>, _ range: Range<Int>, _ encoder: VocabularyDefinition.Encoder,
        _ index: TokenIndex, _ spelling: inout [UInt8]
    ) -> MergeLookup {
        guard let space = range.first(where: { base[$0] == 0x20 }), space > range.lowerBound,
            space + 1 < range.upperBound
        else { return .malformed }
        spelling.removeAll(keepingCapacity: true)
        if encoder == .byteLevel {
            guard ByteAlphabet.decode(base, range.lowerBound, space, into: &spelling) else { return .absent }
        } else {
            spelling += UnsafeBufferPointer(start: base + range.lowerBound, count: space - range.lowerBound)
        }
        let leftCount = spelling.count
        if encoder == .byteLevel {
            guard ByteAlphabet.decode(base, space + 1, range.upperBound, into: &spelling) else {
                return .absent
            }
        } else {
            spelling += UnsafeBufferPointer(start: base + space + 1, count: range.upperBound - space - 1)
        }
        return spelling.withUnsafeBufferPointer { spelling in
            guard let text = spelling.baseAddress, let left = index.table.find(text, leftCount),
                let right = index.table.find(text + leftCount, spelling.count - leftCount),
                let merged = index.table.find(text, spelling.count)
            else { return .absent }
            return .tokens(left, right, merged: merged)
        }
    }

    private static func byteIDs(_ definition: VocabularyDefinition, _ index: TokenIndex) -> [Int32] {
        (0..<256).map { (value: Int) -> Int32 in
            if definition.encoder == .byteLevel {
                let byte = UInt8(value)
                return withUnsafePointer(to: byte) { index.table.find($0, 1) }.map { Int32($0) } ?? -1
            }
            guard let start = definition.byteFallbackStart else { return -1 }
            return Int32(start) + Int32(value)
        }
    }

    private func markWholePieces(_ definition: VocabularyDefinition) {
        guard encoder == .byteLevel else { return }
        var merger = PieceEncoder(self)
        for id in 0..<idLimit where entries[id].traits.isDisjoint(with: .special) {
            let text = self.text(of: TokenID(id))
            guard let base = text.baseAddress, index.table.find(base, text.count) == TokenID(id) else {
                continue
            }
            if !definition.takesWholePieces {
                merger.reset()
                merger.merge(base, text.count)
                guard merger.output.count == 1, merger.output.base[0] == TokenID(id) else { continue }
            }
            entries[id].insert(.wholePiece)
        }
    }
}
