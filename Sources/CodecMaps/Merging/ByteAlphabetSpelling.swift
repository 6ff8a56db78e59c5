internal import CodecCore

/// Spells bytes in the GPT-2 byte alphabet: printable Latin-1 characters stand for themselves, the other 68
/// bytes, in order, are U+0100 and up.
struct ByteAlphabetSpelling {
    /// By byte: the character's UTF-8, one byte or two.
    private let characters: [(first: UInt8, second: UInt8)]

    init() {
        var next: UInt16 = 0x100
        characters = (0...255 as ClosedRange<UInt16>).map { byte in
            switch byte {
            case 0x21...0x7E: return (UInt8(byte), 0)
            case 0xA1...0xAC, 0xAE...0xFF: return Self.twoBytes(byte)
            default:
                defer { next += 1 }
                return Self.twoBytes(next)
            }
        }
    }

    private static func twoBytes(_ scalar: UInt16) -> (first: UInt8, second: UInt8) {
        (0xC0 | UInt8(scalar >> 6), 0x80 | UInt8(scalar & 0x3F))
    }

    func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        for byte in bytes {
            let character = characters[Int(byte)]
            output.append(character.first)
            if character.second != 0 { output.append(character.second) }
        }
    }

    func callAsFunction(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return output
    }
}
