/// Writing JSON straight into bytes: answers have few, fixed shapes, and a stream writes one a frame.
extension [UInt8] {
    /// Appends text as it is.
    package mutating func append(json text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(json number: Int) {
        var text = String(number)
        text.withUTF8 { append(contentsOf: $0) }
    }

    /// Appends a string with its quotes, escaped as JSON asks and no more.
    package mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        append(jsonEscaped: text)
        append(UInt8(ascii: "\""))
    }

    /// Appends a string's inside.
    package mutating func append(jsonEscaped text: String) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
                append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                append(escapeOf: byte)
                start = index + 1
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }

    private mutating func append(escapeOf byte: UInt8) {
        append(0x5C)
        switch byte {
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x22, 0x5C: append(byte)
        default:
            append(json: "u00")
            append(Self.hexDigit(byte >> 4))
            append(Self.hexDigit(byte & 15))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }

    /// Appends a string, or `null`.
    package mutating func append(jsonString text: String?) {
        if let text { append(jsonString: text) } else { append(json: "null") }
    }
}
