/// Reads a split pattern: the part of regular-expression syntax that published tokenizers use.
///
/// Anything else is an error that names the construct.
struct PatternParser {
    static let maximumLength = 16_384
    static let maximumDepth = 16
    static let maximumRepeat = 1_000

    let text: [UInt8]
    var position = 0
    var ignoresCase = false
    var depth = 0

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

    var next: UInt8? { position < text.count ? text[position] : nil }

    func error(_ reason: String) -> PatternError { PatternError(reason, offset: position) }

    mutating func skip(_ expected: StaticString) -> Bool {
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
            guard let peek = Self.peek(alternatives, negative: negative) else {
                throw PatternError("lookahead further than one character", offset: start)
            }
            return peek
        }
        let quantifierStart = position
        let (min, max, greed) = try quantifier()
        if greed == .possessive { throw PatternError("possessive group", offset: quantifierStart) }
        if max == nil, PatternSyntax.mayBeEmpty(alternatives) {
            throw PatternError("repeated group that may be empty", offset: quantifierStart)
        }
        return .group(alternatives, min: min, max: max, greed)
    }

    /// A lookahead for one scalar or the end; nil for any other.
    private static func peek(_ alternatives: [PatternSyntax.Sequence], negative: Bool) -> PatternSyntax.Item?
    {
        var sets: [ScalarSet] = []
        var orEnd = false
        for sequence in alternatives {
            guard sequence.count == 1 else { return nil }
            switch sequence[0] {
            // That more of them may follow does not matter.
            case .run(let set, 1, _, _): sets.append(set)
            case .endOfText: orEnd = true
            default: return nil
            }
        }
        return .peek(ScalarSet(union: sets), orEnd: orEnd, negative: negative)
    }

    func isQuantifier(_ byte: UInt8) -> Bool {
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
}
