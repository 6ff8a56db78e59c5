/// The GPT-2 byte alphabet: every byte is spelled as one printable character.
///
/// Printable Latin-1 characters stand for themselves; the other 68 bytes, in order, are U+0100 and up.
enum ByteAlphabet {
    private static func isPrintable(_ byte: UInt32) -> Bool {
        0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte
    }

    /// The byte that character U+0000 + index stands for; -1 for none.
    static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x100 + 68)
        var next = 0x100
        for byte in UInt32(0)..<256 {
            if isPrintable(byte) {
                bytes[Int(byte)] = Int16(byte)
            } else {
                bytes[next] = Int16(byte)
                next += 1
            }
        }
        return bytes
    }()

    /// Writes the bytes that a string in the alphabet spells; there are never more than the string has.
    ///
    /// - Parameter alphabet: `bytes`, in memory.
    /// - Returns: how many there are, or -1 when a character is not of the alphabet.
    @inline(__always)
    static func decode(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ alphabet: UnsafePointer<Int16>,
        into output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var position = start
        var count = 0
        while position < end {
            let first = text[position]
            let scalar: Int
            // Every character of the alphabet is one or two UTF-8 bytes long.
            if first < 0x80 {
                scalar = Int(first)
                position += 1
            } else if 0xC2...0xC5 ~= first, position + 1 < end, text[position + 1] & 0xC0 == 0x80 {
                scalar = Int(first & 0x1F) << 6 | Int(text[position + 1] & 0x3F)
                position += 2
            } else {
                return -1
            }
            guard scalar < 0x100 + 68, alphabet[scalar] >= 0 else { return -1 }
            output[count] = UInt8(truncatingIfNeeded: alphabet[scalar])
            count += 1
        }
        return count
    }
}
