/// What the tables know of one id, in eight bytes so that one load fetches it.
struct TokenEntry {
    /// Where the token's text starts.
    let offset: UInt32
    /// The text's length in bytes in the high 24 bits, the traits in the low eight.
    private var packed: UInt32

    static let maximumLength = 1 << 24 - 1

    init(offset: Int = 0, length: Int = 0, traits: Vocabulary.Traits = []) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        packed = UInt32(truncatingIfNeeded: length) << 8 | UInt32(traits.rawValue)
    }

    var length: Int { Int(packed >> 8) }
    var traits: Vocabulary.Traits { Vocabulary.Traits(rawValue: UInt8(truncatingIfNeeded: packed)) }

    mutating func insert(_ trait: Vocabulary.Traits) { packed |= UInt32(trait.rawValue) }
}

/// The texts of all tokens laid out by id: the memory behind a vocabulary's tables.
final class TextLayout {
    let idLimit: Int
    /// By id; never empty.
    let entries: UnsafeMutablePointer<TokenEntry>
    /// The bytes that each token stands for, in the order of ids, with room to read 16 bytes anywhere.
    let bytes: UnsafeMutablePointer<UInt8>
    /// The longest text's length in bytes, at least 1.
    let longestText: Int

    /// - Parameter spellings: receives what merging works on, token by token: the token's bytes
    ///   (byte_level), or the token as the document spells it; empty where no text encodes to it.
    init(_ definition: VocabularyDefinition, spellings: inout StringTable) throws(VocabularyError) {
        var texts = StringTable()
        var textOf: [Int32] = []
        var traits: [Vocabulary.Traits] = []
        let limit = try Self.idLimit(definition)
        textOf = [Int32](repeating: -1, count: limit)
        traits = [Vocabulary.Traits](repeating: [], count: limit)
        let fallback = definition.byteFallbackStart.map { Int($0)..<Int($0) + 256 } ?? 0..<0
        texts.reserveCapacity(strings: definition.tokens.count, bytes: definition.tokens.bytes.count)

        for index in 0..<definition.tokens.count {
            let id = Int(definition.tokenIDs[index])
            guard !traits[id].contains(.known) else {
                throw VocabularyError(field: "vocab", reason: "id " + decimal(id) + " occurs twice")
            }
            traits[id] = .known
            textOf[id] = Int32(texts.count)
            let byte = fallback.contains(id) ? id - fallback.lowerBound : nil
            Self.append(definition, index, byte: byte, &texts, &spellings)
        }
        for special in definition.specialTokens {
            let id = Int(special.id)
            guard !traits[id].contains(.special) else {
                throw VocabularyError(field: "special_tokens", reason: "id " + decimal(id) + " occurs twice")
            }
            traits[id] = [.known, .special]
            textOf[id] = Int32(texts.count)
            texts.append(special.name.utf8)
        }

        idLimit = limit
        longestText = (0..<texts.count).reduce(1) { max($0, texts.range($1).count) }
        entries = .allocate(capacity: max(limit, 1))
        entries.initialize(repeating: TokenEntry(), count: max(limit, 1))
        bytes = .allocate(capacity: texts.bytes.count + 16)
        bytes.initialize(repeating: 0, count: texts.bytes.count + 16)
        var end = 0
        texts.bytes.withUnsafeBufferPointer { source in
            for id in 0..<limit where textOf[id] >= 0 {
                let range = texts.range(Int(textOf[id]))
                if let base = source.baseAddress {
                    (bytes + end).update(from: base + range.lowerBound, count: range.count)
                }
                if isCompleteUTF8(bytes + end, range.count) { traits[id].insert(.completeText) }
                entries[id] = TokenEntry(offset: end, length: range.count, traits: traits[id])
                end += range.count
            }
        }
    }

    deinit {
        entries.deallocate()
        bytes.deallocate()
    }

    private static func idLimit(_ definition: VocabularyDefinition) throws(VocabularyError) -> Int {
        guard definition.tokens.count == definition.tokenIDs.count else {
            throw VocabularyError(field: "vocab", reason: "as many ids as tokens are needed")
        }
        guard definition.tokens.bytes.count < 1 << 30 else {
            throw VocabularyError(field: "vocab", reason: "more than 1 GiB of token text")
        }
        for index in 0..<definition.tokens.count
        where definition.tokens.range(index).count > TokenEntry.maximumLength {
            throw VocabularyError(field: "vocab", reason: "a token is longer than 16 MiB")
        }
        var limit = 0
        for id in definition.tokenIDs {
            guard id < Vocabulary.maximumID else { throw tooLarge("vocab", id) }
            limit = max(limit, Int(id) + 1)
        }
        for special in definition.specialTokens {
            guard special.id < Vocabulary.maximumID else { throw tooLarge("special_tokens", special.id) }
            limit = max(limit, Int(special.id) + 1)
        }
        if let start = definition.byteFallbackStart, UInt64(start) + 256 > UInt64(limit) {
            throw VocabularyError(field: "byte_fallback_start", reason: "the 256 ids are not all in vocab")
        }
        return limit
    }

    private static func tooLarge(_ field: String, _ id: TokenID) -> VocabularyError {
        VocabularyError(field: field, reason: "id " + decimal(id) + " is not below 16,777,216")
    }

    /// Appends token `index`: the text it stands for, and the spelling that merging works on.
    private static func append(
        _ definition: VocabularyDefinition, _ index: Int, byte: Int?,
        _ texts: inout StringTable, _ spellings: inout StringTable
    ) {
        let range = definition.tokens.range(index)
        if let byte {
            texts.append(CollectionOfOne(UInt8(truncatingIfNeeded: byte)))
            spellings.append(EmptyCollection())
            return
        }
        switch definition.encoder {
        case .plain:
            texts.append(definition.tokens[index])
            spellings.append(definition.tokens[index])
        case .metaspace:
            texts.append(withSpaces(definition.tokens[index]))
            spellings.append(definition.tokens[index])
        case .byteLevel:
            var decoded: [UInt8] = []
            let isSpelled = definition.tokens.bytes.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map {
                    ByteAlphabet.decode($0, range.lowerBound, range.upperBound, into: &decoded)
                } ?? true
            }
            // A token outside the alphabet stands for its own text, and no text encodes to it.
            if isSpelled {
                texts.append(decoded)
                spellings.append(decoded)
            } else {
                texts.append(definition.tokens[index])
                spellings.append(EmptyCollection())
            }
        }
    }

    /// `▁` (U+2581, E2 96 81) as a space.
    private static func withSpaces(_ token: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(token.count)
        var position = token.startIndex
        while position < token.endIndex {
            if token[position] == 0xE2, position + 2 < token.endIndex, token[position + 1] == 0x96,
                token[position + 2] == 0x81
            {
                text.append(0x20)
                position += 3
            } else {
                text.append(token[position])
                position += 1
            }
        }
        return text
    }
}

/// Whether bytes are well-formed UTF-8 that neither begins nor ends inside a character.
func isCompleteUTF8(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var position = 0
    while position < count {
        let (scalar, length) = readScalar(text, position, count)
        if scalar == 0xFFFD, length == 1 { return false }
        position += length
    }
    return true
}
