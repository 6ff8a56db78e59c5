@testable import CodecCore

/// A byte_level vocabulary of the 256 bytes and what some merges make of them.
struct SmallVocabulary {
    var merges: [(String, String)]
    var specials: [String] = []
    var pattern: String?
    var takesWholePieces = false

    static let gpt2Pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// The GPT-2 spelling of bytes, written here a second time on purpose.
    static func spell(_ bytes: some Sequence<UInt8>) -> String {
        let printable = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)
        var characters: [UInt8: Character] = [:]
        for byte in printable { characters[UInt8(byte)] = Character(Unicode.Scalar(UInt8(byte))) }
        var next: UInt32 = 0x100
        for byte in UInt8.min...UInt8.max where characters[byte] == nil {
            characters[byte] = Unicode.Scalar(next).map(Character.init)
            next += 1
        }
        return String(bytes.compactMap { characters[$0] })
    }

    /// Ids 0 to 255 are the bytes in order, then the merges' results, then the special tokens.
    func definition() -> VocabularyDefinition {
        var tokens = (UInt8.min...UInt8.max).map { Self.spell([$0]) }
        var lines: [String] = []
        for (left, right) in merges {
            let (left, right) = (Self.spell(left.utf8), Self.spell(right.utf8))
            lines.append(left + " " + right)
            if !tokens.contains(left + right) { tokens.append(left + right) }
        }
        let specialTokens = specials.enumerated().map {
            VocabularyDefinition.SpecialToken(name: $1, id: TokenID(tokens.count + $0))
        }
        return VocabularyDefinition(
            encoder: .byteLevel, tokens: StringTable(tokens), tokenIDs: tokens.indices.map { TokenID($0) },
            merges: StringTable(lines), specialTokens: specialTokens,
            preTokenizer: PreTokenizerDefinition(splits: pattern.map { [.pattern($0)] } ?? []),
            takesWholePieces: takesWholePieces)
    }

    func compile() throws -> Vocabulary { try Vocabulary(definition()) }
}
