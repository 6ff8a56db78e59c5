import CodecCore
import CodecMaps

/// A map whose ids 0 to 255 are bytes, and three special tokens: texts and ids can be told from each other at sight.
enum ByteMap {
    static let begin: TokenID = 300
    static let end: TokenID = 301

    static func make(id: String = "test/bytes") throws -> TokenizerMap {
        try TokenizerMap(document(id: id))
    }

    static func document(id: String = "test/bytes") throws -> MapDocument {
        var tokens = StringTable()
        for byte in UInt8.min...UInt8.max { tokens.append(String(alphabet(byte)).utf8) }
        var document = MapDocument(
            id: id, vocabSize: 302, vocab: .init(tokens: tokens, ids: Array(0...255)), encoder: .byteLevel,
            specialTokens: [.init(name: "<|begin|>", id: begin), .init(name: "<|end|>", id: end)])
        document.endOfSequenceID = end
        return document
    }

    /// GPT-2's printable stand-in for a byte.
    private static func alphabet(_ byte: UInt8) -> Character {
        func isPrintable(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
            default: false
            }
        }
        guard !isPrintable(byte) else { return Character(Unicode.Scalar(byte)) }
        let rank = (UInt8.min..<byte).count { !isPrintable($0) }
        return Unicode.Scalar(UInt32(256 + rank)).map { Character($0) } ?? "?"
    }

    static func ids(_ text: String) -> [TokenID] { text.utf8.map(TokenID.init) }
}
