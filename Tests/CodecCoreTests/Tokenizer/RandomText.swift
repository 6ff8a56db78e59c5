/// Texts in which what split patterns tell apart occurs often, and next to each other.
enum RandomText {
    private static let common: [[UInt32]] = [
        Array(0x61...0x7A), Array(0x41...0x5A), Array(0x30...0x39), [0x20], [0x20, 0x20, 0x09], [0x0A, 0x0D],
        [0x27, 0x2E, 0x2C, 0x2F, 0x21, 0x28, 0x5F, 0x3C, 0x7C],
        [0x73, 0x74, 0x6C, 0x64, 0x6D, 0x72, 0x65, 0x76],
    ]
    private static let rare: [[UInt32]] = [
        [0xA0, 0x85, 0x2028, 0x3000, 0x0B, 0x0C, 0x1680],
        [0x17F, 0x212A, 0xB2, 0xBD, 0x660, 0x2160, 0x11DE0],
        [0xE9, 0xDF, 0x1C5, 0x2B0, 0xC0, 0x3A9, 0x44F], [0x301, 0x93E, 0x20DD, 0x64B], Array(0x4E00...0x4E40),
        Array(0x3040...0x30FF), Array(0xAC00...0xAC20), [0x1F468, 0x200D, 0x1F3FD, 0xFE0F, 0x1F1E6],
        [0x2026, 0x3002, 0xFF0C, 0x964, 0x201C], [0x00, 0x1F, 0x7F, 0xFFFD, 0xE000, 0x10FFFF, 0x378],
        [0x20000, 0x2B739, 0x30000, 0x1D400, 0xE0001],
    ]

    static func scalars(
        _ count: Int, using generator: inout some RandomNumberGenerator
    ) -> String.UnicodeScalarView {
        var text = String.UnicodeScalarView()
        while text.count < count {
            let kind = Int.random(in: 0..<20, using: &generator)
            let group =
                kind < 15
                ? common[kind % common.count] : rare[Int.random(in: 0..<rare.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...(kind % 4 == 0 ? 12 : 2), using: &generator) {
                let value =
                    kind == 19
                    ? UInt32.random(in: 0..<0x110000, using: &generator)
                    : group[Int.random(in: 0..<group.count, using: &generator)]
                if let scalar = Unicode.Scalar(value) { text.append(scalar) }
            }
        }
        return text
    }

    /// UTF-8 of such a text; now and then a byte is replaced, so that it is malformed.
    static func bytes(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = Array(String(scalars(count, using: &generator)).utf8)
        if Int.random(in: 0..<4, using: &generator) == 0, !bytes.isEmpty {
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
        }
        return bytes
    }
}
