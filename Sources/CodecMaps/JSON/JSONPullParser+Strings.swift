package import CodecCore

extension JSONPullParser {
    /// Appends the latest key or string.
    package func appendString(to output: inout [UInt8]) {
        guard hasEscapes else {
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[content]))
            return
        }
        var run = content.lowerBound
        var index = run
        while index < content.upperBound {
            guard bytes[index] == 0x5C else {
                index += 1
                continue
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<index]))
            index = appendEscape(at: index + 1, to: &output)
            run = index
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<content.upperBound]))
    }

    /// Appends the latest key or string to a table.
    package func appendString(to table: inout StringTable, scratch: inout [UInt8]) {
        guard hasEscapes else { return table.append(UnsafeBufferPointer(rebasing: bytes[content])) }
        scratch.removeAll(keepingCapacity: true)
        appendString(to: &scratch)
        scratch.withUnsafeBufferPointer { table.append($0) }
    }

    /// The latest key or string.
    package var string: String {
        guard hasEscapes else {
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[content]), as: UTF8.self)
        }
        var utf8: [UInt8] = []
        appendString(to: &utf8)
        return String(decoding: utf8, as: UTF8.self)
    }

    /// Whether the latest key or string is this text, and is written without escapes.
    package func isString(_ text: StaticString) -> Bool {
        guard !hasEscapes, content.count == text.utf8CodeUnitCount else { return false }
        return UnsafeBufferPointer(rebasing: bytes[content])
            .elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // MARK: - Scanning

    /// Reads a string from its opening quote to behind its closing one, and checks it.
    mutating func scanString() throws(JSONError) {
        offset += 1
        let start = offset
        hasEscapes = false
        while true {
            skipPlainCharacters()
            guard offset < bytes.count else { throw error(.unexpectedEnd) }
            switch bytes[offset] {
            case 0x22:
                content = start..<offset
                offset += 1
                return
            case 0x5C:
                hasEscapes = true
                offset += 1
                try scanEscape()
            case 0x80...:
                try scanMultibyteScalar()
            default:
                throw error(.controlCharacter)
            }
        }
    }

    /// Skips ASCII other than quotes, backslashes and control characters, eight bytes at a time.
    private mutating func skipPlainCharacters() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while offset + 8 <= bytes.count {
            let word = UInt64(
                littleEndian: UnsafeRawBufferPointer(bytes)
                    .loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let quotes = word ^ (0x22 * ones)
            let backslashes = word ^ (0x5C * ones)
            // A byte's high bit is set here if the byte is above 0x7F, below 0x20, or one of the two;
            // borrows can set it wrongly only above a byte where it is set rightly.
            let stops =
                (word | (word &- 0x20 * ones) | (quotes &- ones) | (backslashes &- ones)) & highs
            if stops != 0 {
                offset += stops.trailingZeroBitCount >> 3
                return
            }
            offset += 8
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x20 || byte > 0x7F || byte == 0x22 || byte == 0x5C { return }
            offset += 1
        }
    }

    /// Checks an escape from behind its backslash.
    private mutating func scanEscape() throws(JSONError) {
        guard offset < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[offset] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            offset += 1
        case 0x75:
            let start = offset - 1
            offset += 1
            let unit = try scanHexDigits()
            guard 0xD800...0xDFFF ~= unit else { return }
            guard unit < 0xDC00, offset + 1 < bytes.count, bytes[offset] == 0x5C, bytes[offset + 1] == 0x75
            else { throw JSONError(code: .loneSurrogate, offset: start) }
            offset += 2
            guard 0xDC00...0xDFFF ~= (try scanHexDigits()) else {
                throw JSONError(code: .loneSurrogate, offset: start)
            }
        default:
            throw error(.invalidEscape)
        }
    }

    private mutating func scanHexDigits() throws(JSONError) -> UInt32 {
        for _ in 0..<4 {
            guard offset < bytes.count else { throw error(.unexpectedEnd) }
            switch bytes[offset] {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: offset += 1
            default: throw error(.invalidEscape)
            }
        }
        return hexValue(at: offset - 4)
    }

    /// Checks one character of two to four bytes (Unicode 16, table 3-7).
    private mutating func scanMultibyteScalar() throws(JSONError) {
        let first = bytes[offset]
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
        default: throw error(.invalidUTF8)
        }
        guard offset + length <= bytes.count else { throw error(.unexpectedEnd) }
        guard second ~= bytes[offset + 1] else { throw error(.invalidUTF8) }
        for index in (offset + 2)..<max(offset + 2, offset + length) {
            guard 0x80...0xBF ~= bytes[index] else { throw error(.invalidUTF8) }
        }
        offset += length
    }

    // MARK: - Escapes that were checked

    /// Appends what an escape stands for; `index` is behind its backslash.
    /// - Returns: where the text goes on.
    private func appendEscape(at index: Int, to output: inout [UInt8]) -> Int {
        switch bytes[index] {
        case 0x62: output.append(0x08)
        case 0x66: output.append(0x0C)
        case 0x6E: output.append(0x0A)
        case 0x72: output.append(0x0D)
        case 0x74: output.append(0x09)
        case 0x75:
            let unit = hexValue(at: index + 1)
            guard 0xD800...0xDFFF ~= unit else {
                append(scalar: unit, to: &output)
                return index + 5
            }
            append(
                scalar: 0x10000 + (unit & 0x3FF) << 10 + hexValue(at: index + 7) & 0x3FF, to: &output)
            return index + 11
        default: output.append(bytes[index])
        }
        return index + 1
    }

    private func append(scalar: UInt32, to output: inout [UInt8]) {
        if let scalar = Unicode.Scalar(scalar), let utf8 = UTF8.encode(scalar) {
            output.append(contentsOf: utf8)
        }
    }

    private func hexValue(at index: Int) -> UInt32 {
        bytes[index..<index + 4].reduce(0) { value, digit in
            value << 4 | UInt32(digit & 15) + (digit > 0x39 ? 9 : 0)
        }
    }
}
