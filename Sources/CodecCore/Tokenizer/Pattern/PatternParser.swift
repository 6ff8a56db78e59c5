/// Reads a split pattern: the part of regular-expression syntax that published tokenizers use.
///
/// Anything else is an error that names the construct.
struct PatternParser {
    static let maximumLength = 16_384
    static let maximumDepth = 16
    static let maximumRepeat = 1_000

    private let text: [UInt8]
    private var position = 0
    private var ignoresCase = false
    private var depth = 0

    static func parse(_ pattern: String) throws(PatternError) -> PatternSyntax {
        var parser = PatternParser(text: Array(pattern.utf8))
        guard parser.text.count <= maximumLength else {
            throw PatternError("pattern longer than 16,384 bytes", offset: maximumLength)
        }
        let alternatives = try parser.alternatives()
        guard parser.position == parser.text.count else { throw parser.error("unmatched )") }
        return PatternSyntax(alternatives: alternatives)
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private func error(_ reason: String) -> PatternError { PatternError(reason, offset: position) }

    private mutating func skip(_ expected: StaticString) -> Bool {
        let count = expected.utf8CodeUnitCount
        guard position + count <= text.count else { return false }
        for index in 0..<count where text[position + index] != expected.utf8Start[index] { return false }
        position += count
        return true
    }

    private mutating func alternatives() throws(PatternError) -> [PatternSyntax.Sequence] {
        guard depth < Self.maximumDepth else { throw error("groups nested deeper than 16") }
        depth += 1
        defer { depth -= 1 }
        let outerIgnoresCase = ignoresCase
        defer { ignoresCase = outerIgnoresCase }
        var result: [PatternSyntax.Sequence] = [try sequence()]
        while skip("|") { result.append(try sequence()) }
        return result
    }

    private mutating func sequence() throws(PatternError) -> PatternSyntax.Sequence {
        var items: PatternSyntax.Sequence = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if skip("(?i)") {
                ignoresCase = true
            } else if byte == UInt8(ascii: "(") {
                items.append(try group())
            } else if skip("$") || skip("\\z") {
                items.append(.endOfText)
            } else {
                let set = try scalarSet()
                let (min, max, greed) = try quantifier()
                items.append(.run(set, min: min, max: max, greed))
            }
        }
        return items
    }

    private mutating func group() throws(PatternError) -> PatternSyntax.Item {
        let start = position
        let outerIgnoresCase = ignoresCase
        defer { ignoresCase = outerIgnoresCase }
        var lookahead: Bool?
        if skip("(?!") {
            lookahead = true
        } else if skip("(?=") {
            lookahead = false
        } else if skip("(?i:") {
            ignoresCase = true
        } else if skip("(?-i:") {
            ignoresCase = false
        } else if !skip("(?:") {
            if skip("(?") {
                throw PatternError("group of this kind: only (?: (?i: (?= (?! are supported", offset: start)
            }
            position += 1
        }
        let alternatives = try alternatives()
        guard skip(")") else { throw PatternError("group without )", offset: start) }
        if let negative = lookahead {
            if let byte = next, isQuantifier(byte) { throw error("quantifier after a lookahead") }
            return .lookahead(alternatives, negative: negative)
        }
        let quantifierStart = position
        let (min, max, greed) = try quantifier()
        switch (min, max) {
        case (1, 1): return .group(alternatives, optional: false, .greedy)
        case (0, 1): return .group(alternatives, optional: true, greed)
        default: throw PatternError("repeated group: only (…)? is supported", offset: quantifierStart)
        }
    }

    private func isQuantifier(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "?") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "{")
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?, PatternSyntax.Greed) {
        var range: (Int, Int?)
        if skip("?") {
            range = (0, 1)
        } else if skip("*") {
            range = (0, nil)
        } else if skip("+") {
            range = (1, nil)
        } else if skip("{") {
            guard let min = try number() else { throw error("repetition without a number") }
            range = (min, min)
            if skip(",") { range.1 = try number() }
            guard skip("}") else { throw error("repetition without }") }
            if let max = range.1, max < min { throw error("repetition with maximum below minimum") }
        } else {
            return (1, 1, .greedy)
        }
        let greed: PatternSyntax.Greed = skip("?") ? .lazy : skip("+") ? .possessive : .greedy
        if let byte = next, isQuantifier(byte) { throw error("quantifier after a quantifier") }
        return (range.0, range.1, greed)
    }

    private mutating func number() throws(PatternError) -> Int? {
        var value: Int?
        while let byte = next, 0x30...0x39 ~= byte {
            let digits = (value ?? 0) * 10 + Int(byte - 0x30)
            guard digits <= Self.maximumRepeat else { throw error("repetition above 1,000") }
            value = digits
            position += 1
        }
        return value
    }

    // MARK: Sets

    private mutating func scalarSet() throws(PatternError) -> ScalarSet {
        guard let byte = next else { throw error("pattern ends early") }
        if isQuantifier(byte) { throw error("quantifier without anything before it") }
        switch byte {
        case UInt8(ascii: "["):
            return try bracketClass()
        case UInt8(ascii: "\\"):
            switch try escape() {
            case .set(let set): return set
            case .scalar(let scalar): return try caseClosed(ScalarSet(scalar...scalar))
            }
        case UInt8(ascii: "."):
            position += 1
            return ScalarSet(0x0A...0x0A).complement
        case UInt8(ascii: "^"):
            throw error("^ outside brackets")
        default:
            let scalar = try literal()
            return try caseClosed(ScalarSet(scalar...scalar))
        }
    }

    private mutating func bracketClass() throws(PatternError) -> ScalarSet {
        let start = position
        position += 1
        let negated = skip("^")
        var result = ScalarSet()
        var isFirst = true
        while true {
            guard let byte = next else { throw PatternError("[ without ]", offset: start) }
            if byte == UInt8(ascii: "]"), !isFirst {
                position += 1
                break
            }
            isFirst = false
            if byte == UInt8(ascii: "[") { throw error("class inside a class") }
            if skip("&&") || skip("--") || skip("~~") { throw error("class arithmetic") }
            let member = try classMember()
            guard let union = result.union(member) else { throw error("this mix of negated classes") }
            result = union
        }
        result = try caseClosed(result)
        return negated ? result.complement : result
    }

    private mutating func classMember() throws(PatternError) -> ScalarSet {
        let lower: UInt32
        switch try classAtom() {
        case .set(let set): return set
        case .scalar(let scalar): lower = scalar
        }
        guard next == UInt8(ascii: "-"), position + 1 < text.count, text[position + 1] != UInt8(ascii: "]")
        else { return ScalarSet(lower...lower) }
        position += 1
        guard case .scalar(let upper) = try classAtom() else { throw error("range that ends in a class") }
        guard lower <= upper else { throw error("range out of order") }
        return ScalarSet(lower...upper)
    }

    private mutating func classAtom() throws(PatternError) -> Escape {
        next == UInt8(ascii: "\\") ? try escape() : .scalar(try literal())
    }

    private func caseClosed(_ set: ScalarSet) throws(PatternError) -> ScalarSet {
        guard ignoresCase else { return set }
        guard set.isASCIIOnly else { throw error("case-insensitive class beyond ASCII") }
        var closed = set
        closed.closeOverASCIICase()
        return closed
    }

    // MARK: Scalars and escapes

    private enum Escape {
        case set(ScalarSet)
        case scalar(UInt32)
    }

    private mutating func literal() throws(PatternError) -> UInt32 {
        guard position < text.count else { throw error("pattern ends early") }
        let (scalar, length) = text.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { readScalar($0, position, buffer.count) } ?? (0xFFFD, 1)
        }
        position += length
        return scalar
    }

    private mutating func escape() throws(PatternError) -> Escape {
        let start = position
        position += 1
        guard let byte = next else { throw error("\\ at the end") }
        position += 1
        switch byte {
        case UInt8(ascii: "s"): return .set(ScalarSet(categories: GeneralCategory.whiteSpace))
        case UInt8(ascii: "S"): return .set(ScalarSet(categories: GeneralCategory.whiteSpace).complement)
        case UInt8(ascii: "d"): return .set(try category("Nd"))
        case UInt8(ascii: "D"): return .set(try category("Nd").complement)
        case UInt8(ascii: "p"): return .set(try namedCategory())
        case UInt8(ascii: "P"): return .set(try namedCategory().complement)
        case UInt8(ascii: "n"): return .scalar(0x0A)
        case UInt8(ascii: "r"): return .scalar(0x0D)
        case UInt8(ascii: "t"): return .scalar(0x09)
        case UInt8(ascii: "f"): return .scalar(0x0C)
        case UInt8(ascii: "v"): return .scalar(0x0B)
        case UInt8(ascii: "x"): return .scalar(try hex(digits: 2))
        case UInt8(ascii: "u"): return .scalar(try hex(digits: 4))
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
            throw PatternError("escape that is not supported", offset: start)
        default:
            position -= 1
            return .scalar(try literal())
        }
    }

    private func category(_ name: StaticString) throws(PatternError) -> ScalarSet {
        let bytes = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        guard let mask = GeneralCategory.mask(named: bytes) else { throw error("unknown category") }
        return ScalarSet(categories: mask)
    }

    /// What follows `\p` or `\P`.
    private mutating func namedCategory() throws(PatternError) -> ScalarSet {
        let start = position - 2
        var name: ArraySlice<UInt8>
        if skip("{") {
            let first = position
            while let byte = next, byte != UInt8(ascii: "}") { position += 1 }
            name = text[first..<position]
            guard skip("}") else { throw PatternError("\\p{ without }", offset: start) }
        } else {
            guard position < text.count else { throw error("\\p without a category") }
            name = text[position..<position + 1]
            position += 1
        }
        let negated = name.first == UInt8(ascii: "^")
        if negated { name = name.dropFirst() }
        guard let mask = GeneralCategory.mask(named: name) else {
            throw PatternError("property that is not a general category", offset: start)
        }
        let set = ScalarSet(categories: mask)
        return negated ? set.complement : set
    }

    /// `\xHH`, `\uHHHH`, or either with the digits in braces.
    private mutating func hex(digits: Int) throws(PatternError) -> UInt32 {
        let braced = skip("{")
        var value: UInt32 = 0
        var count = 0
        while let byte = next, count < (braced ? 6 : digits), let digit = hexDigit(byte) {
            value = value << 4 | digit
            count += 1
            position += 1
        }
        guard count > 0, braced || count == digits, !braced || skip("}"),
            value <= 0x10FFFF, !(0xD800...0xDFFF ~= value)
        else { throw error("hexadecimal escape") }
        return value
    }

    private func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}
