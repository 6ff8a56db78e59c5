/// Single scalars, escapes and bracketed classes.
extension PatternParser {
    mutating func scalarSet() throws(PatternError) -> ScalarSet {
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

    /// A bracketed class: members, or the intersection of such lists.
    private mutating func bracketClass() throws(PatternError) -> ScalarSet {
        let start = position
        guard depth < Self.maximumDepth else { throw error("classes nested deeper than 16") }
        depth += 1
        defer { depth -= 1 }
        position += 1
        let negated = skip("^")
        var common: ScalarSet?
        var members: [ScalarSet] = []
        var isFirst = true
        while true {
            guard let byte = next else { throw PatternError("[ without ]", offset: start) }
            let ends = byte == UInt8(ascii: "]") && !isFirst
            isFirst = false
            if ends || skip("&&") {
                let set = ScalarSet(union: members)
                common = common?.intersection(set) ?? set
                members = []
                if ends { break }
            } else if skip("--") || skip("~~") || skip("[:") {
                throw error("class arithmetic or POSIX class")
            } else {
                members.append(byte == UInt8(ascii: "[") ? try bracketClass() : try classMember())
            }
        }
        position += 1
        let result = try caseClosed(common ?? ScalarSet())
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
        return set.closedOverASCIICase
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
        let set: ScalarSet
        if let mask = GeneralCategory.mask(named: name) {
            set = ScalarSet(categories: mask)
        } else if name.elementsEqual("Han".utf8) {
            set = .han
        } else {
            throw PatternError("property that is neither a general category nor Han", offset: start)
        }
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
