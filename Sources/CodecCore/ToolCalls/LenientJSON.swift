/// Reads JSON as models write it and writes it as it should be: trailing and missing commas, single quotes, Python's
/// literals and tuples, bare words, raw line breaks and wrong escapes in strings, an end too early.
///
/// One pass, without recursion.
struct LenientJSON {
    let bytes: [UInt8]
    var position = 0
    /// Whether everything that was read was JSON as it should be.
    var isStrict = true
    /// Whether the bytes did not end in the middle of a value.
    var isComplete = true
    private let depth: Int

    init(_ bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipWhiteSpace() {
        while let byte = next, byte.isWhiteSpace {
            if byte == 0x0B || byte == 0x0C { isStrict = false }
            position &+= 1
        }
    }

    /// Goes over a byte, with white space before it, if it stands here.
    mutating func take(_ byte: UInt8) -> Bool {
        skipWhiteSpace()
        guard next == byte else { return false }
        position &+= 1
        return true
    }

    private enum Expected {
        /// A value must stand here.
        case value
        /// A value or the end of the list.
        case element
        /// A key or the end of the object.
        case key
        /// What separates members, or the end.
        case separator
    }

    /// Reads one value and appends it as JSON without white space. False when there is none, or it cannot be
    /// understood; `position` is then where that showed.
    mutating func value(into output: inout [UInt8]) -> Bool {
        var closers: [UInt8] = []
        var expected = Expected.value
        var hasComma = false
        while true {
            skipWhiteSpace()
            guard let byte = next else {
                guard !closers.isEmpty else { return false }
                isComplete = false
                if expected == .value { output.append(contentsOf: "null".utf8) }
                output.append(contentsOf: closers.reversed())
                return true
            }
            switch expected {
            case .separator:
                if byte == UInt8(ascii: ",") {
                    position &+= 1
                    if hasComma { isStrict = false }
                    hasComma = true
                } else if !byte.isCloser, !hasComma {
                    isStrict = false
                    hasComma = true
                } else {
                    expected = closers.last == UInt8(ascii: "}") ? .key : .element
                }
            case .key, .element:
                if byte.isCloser {
                    if hasComma { isStrict = false }
                    hasComma = false
                    guard let closer = closers.popLast() else { return false }
                    output.append(closer)
                    // A closer of the other kind stays for the value around this one.
                    if byte == closer || byte == UInt8(ascii: ")") || closers.isEmpty {
                        position &+= 1
                    }
                    if byte != closer { isStrict = false }
                    if closers.isEmpty { return true }
                    expected = .separator
                    continue
                }
                if hasComma { output.append(UInt8(ascii: ",")) }
                hasComma = false
                guard expected == .key else {
                    expected = .value
                    continue
                }
                guard key(into: &output) else { return false }
                output.append(UInt8(ascii: ":"))
                expected = .value
            case .value:
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") {
                    guard closers.count < depth else { return false }
                    position &+= 1
                    let isObject = byte == UInt8(ascii: "{")
                    if byte == UInt8(ascii: "(") { isStrict = false }
                    output.append(isObject ? byte : UInt8(ascii: "["))
                    closers.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                    expected = isObject ? .key : .element
                    continue
                }
                guard scalar(into: &output) else { return false }
                if closers.isEmpty { return true }
                expected = .separator
            }
        }
    }

    private mutating func key(into output: inout [UInt8]) -> Bool {
        guard let byte = next else { return false }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            string(into: &output)
        } else {
            let word = self.word()
            guard !word.isEmpty else { return false }
            isStrict = false
            output.appendJSON(word)
        }
        if take(UInt8(ascii: ":")) || next == nil { return true }
        isStrict = false
        return take(UInt8(ascii: "="))
    }

    private mutating func scalar(into output: inout [UInt8]) -> Bool {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
            string(into: &output)
            return true
        }
        let word = self.word()
        guard !word.isEmpty else { return false }
        if let literal = Self.literal(word) {
            if !literal.isStrict { isStrict = false }
            output.append(contentsOf: literal.json.utf8)
        } else if let number = JSONNumber(word) {
            if !number.isStrict { isStrict = false }
            output.append(contentsOf: number.json)
        } else {
            isStrict = false
            output.appendJSON(word)
        }
        return true
    }

    /// Goes over what is no white space, no separator and no quote.
    private mutating func word() -> ArraySlice<UInt8> {
        let start = position
        while let byte = next, !byte.isWhiteSpace, !byte.endsWord { position &+= 1 }
        return bytes[start..<position]
    }

    private static func literal(_ word: ArraySlice<UInt8>) -> (json: StaticString, isStrict: Bool)? {
        if word.spells("true") { return ("true", true) }
        if word.spells("false") { return ("false", true) }
        if word.spells("null") { return ("null", true) }
        if word.spells("True") { return ("true", false) }
        if word.spells("False") { return ("false", false) }
        for name in ["None", "NaN", "nan", "Infinity", "-Infinity", "undefined"] as [StaticString]
        where word.spells(name) {
            return ("null", false)
        }
        return nil
    }
}

extension UInt8 {
    var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isCloser: Bool {
        self == UInt8(ascii: "}") || self == UInt8(ascii: "]") || self == UInt8(ascii: ")")
    }
    fileprivate var endsWord: Bool {
        switch self {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("):
            true
        default: isCloser
        }
    }
}

extension StaticString {
    var utf8: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}

extension Collection<UInt8> {
    /// Whether the bytes are those of `name`.
    func spells(_ name: StaticString) -> Bool { elementsEqual(name.utf8) }
}
