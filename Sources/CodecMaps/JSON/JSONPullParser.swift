/// Reads JSON (RFC 8259) token by token from UTF-8 bytes, without building a tree.
///
/// The bytes must outlive the parser. A string's value is copied out only when asked for; it is always
/// valid UTF-8. Duplicate keys are the caller's affair. After an error the parser must not be used on.
package struct JSONPullParser {
    package enum Token: Equatable, Sendable {
        case beginObject, endObject, beginArray, endArray
        /// A member's name; `appendString` gives it.
        case key
        /// A string; `appendString` gives it.
        case string
        /// A number; `number` is its text, `integer` its value.
        case number
        case `true`, `false`, null
        /// The document is over.
        case end
    }

    /// What may come next.
    enum Expectation {
        case value, valueOrEnd, keyOrEnd, commaOrEnd, end
    }

    package static let maximumDepth = 128

    let bytes: UnsafeBufferPointer<UInt8>
    /// The next byte to read.
    package internal(set) var offset = 0
    /// Where the latest token begins.
    package private(set) var tokenOffset = 0
    var expectation = Expectation.value
    /// Open arrays and objects; bit 0 of `objects` tells of the innermost, 1 = object.
    package private(set) var depth = 0
    private var objects: UInt128 = 0
    /// The latest string or number, without the quotes.
    var content = 0..<0
    var hasEscapes = false

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The next token; `.end` again and again after the document's value.
    package mutating func next() throws(JSONError) -> Token {
        skipWhitespace()
        switch expectation {
        case .end:
            guard offset == bytes.count else { throw error(.trailingBytes) }
            tokenOffset = offset
            return .end
        case .commaOrEnd:
            let byte = try peek()
            if byte == (isInObject ? 0x7D : 0x5D) { return close() }
            guard byte == 0x2C else { throw error(.unexpectedByte) }
            offset += 1
            skipWhitespace()
            return isInObject ? try key() : try value(try peek())
        case .keyOrEnd:
            return try peek() == 0x7D ? close() : try key()
        case .valueOrEnd:
            let byte = try peek()
            return byte == 0x5D ? close() : try value(byte)
        case .value:
            return try value(try peek())
        }
    }

    /// Reads to the end of the value that begins with `token`, which was the latest token.
    package mutating func skipRest(of token: Token) throws(JSONError) {
        guard token == .beginObject || token == .beginArray else { return }
        let outside = depth - 1
        while depth > outside { _ = try next() }
    }

    // MARK: - Structure

    private var isInObject: Bool { objects & 1 == 1 }

    package func error(_ code: JSONError.Code) -> JSONError { JSONError(code: code, offset: offset) }

    private func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[offset]
    }

    private mutating func skipWhitespace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func open(object: Bool) throws(JSONError) -> Token {
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        depth += 1
        objects = objects << 1 | (object ? 1 : 0)
        offset += 1
        expectation = object ? .keyOrEnd : .valueOrEnd
        return object ? .beginObject : .beginArray
    }

    private mutating func close() -> Token {
        let token: Token = isInObject ? .endObject : .endArray
        tokenOffset = offset
        offset += 1
        depth -= 1
        objects >>= 1
        expectation = depth == 0 ? .end : .commaOrEnd
        return token
    }

    private mutating func key() throws(JSONError) -> Token {
        guard try peek() == 0x22 else { throw error(.unexpectedByte) }
        tokenOffset = offset
        try scanString()
        skipWhitespace()
        guard try peek() == 0x3A else { throw error(.unexpectedByte) }
        offset += 1
        expectation = .value
        return .key
    }

    private mutating func value(_ byte: UInt8) throws(JSONError) -> Token {
        tokenOffset = offset
        switch byte {
        case 0x7B: return try open(object: true)
        case 0x5B: return try open(object: false)
        default: break
        }
        let token: Token
        switch byte {
        case 0x22:
            try scanString()
            token = .string
        case 0x2D, 0x30...0x39:
            try scanNumber()
            token = .number
        case 0x74: token = try literal("true", .true)
        case 0x66: token = try literal("false", .false)
        case 0x6E: token = try literal("null", .null)
        default: throw error(.unexpectedByte)
        }
        expectation = depth == 0 ? .end : .commaOrEnd
        return token
    }

    private mutating func literal(_ text: StaticString, _ token: Token) throws(JSONError) -> Token {
        for index in 0..<text.utf8CodeUnitCount {
            guard try peek() == text.utf8Start[index] else { throw error(.unexpectedByte) }
            offset += 1
        }
        return token
    }

    /// Reads a number from its first character, a minus or a digit.
    private mutating func scanNumber() throws(JSONError) {
        let start = offset
        if bytes[offset] == 0x2D { offset += 1 }
        if offset < bytes.count, bytes[offset] == 0x30 {
            offset += 1
        } else {
            try scanDigits()
        }
        if offset < bytes.count, bytes[offset] == 0x2E {
            offset += 1
            try scanDigits()
        }
        if offset < bytes.count, bytes[offset] | 0x20 == 0x65 {
            offset += 1
            if offset < bytes.count, bytes[offset] == 0x2B || bytes[offset] == 0x2D { offset += 1 }
            try scanDigits()
        }
        // A digit here follows a leading zero.
        if offset < bytes.count, 0x30...0x39 ~= bytes[offset] { throw error(.invalidNumber) }
        content = start..<offset
    }

    private mutating func scanDigits() throws(JSONError) {
        let start = offset
        while offset < bytes.count, 0x30...0x39 ~= bytes[offset] { offset += 1 }
        guard offset > start else {
            throw error(offset == bytes.count ? .unexpectedEnd : .invalidNumber)
        }
    }

    // MARK: - Numbers

    /// The latest number's text.
    package var number: String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[content]), as: UTF8.self)
    }

    /// The latest number's value when it is written as a whole number that is not negative, without
    /// fraction and exponent, and fits.
    package var integer: UInt64? {
        var value: UInt64 = 0
        for byte in bytes[content] {
            guard 0x30...0x39 ~= byte else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(byte & 15))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
