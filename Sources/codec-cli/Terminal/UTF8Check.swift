/// Whether bytes are UTF-8 (Unicode 16, table 3-7), and where they are not.
enum UTF8Check {
    /// The offset of the first byte that cannot stand where it stands, or of the last character when the
    /// bytes end inside it; nil when all is well.
    static func firstInvalidByte(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            guard first >= 0x80 else {
                index += 1
                continue
            }
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch first {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return index
            }
            guard index + length <= bytes.count else { return index }
            guard second ~= bytes[index + 1] else { return index + 1 }
            for next in stride(from: index + 2, to: index + length, by: 1)
            where !(0x80...0xBF ~= bytes[next]) {
                return next
            }
            index += length
        }
        return nil
    }
}
