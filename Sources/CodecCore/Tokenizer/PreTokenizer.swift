/// Cuts a text into the pieces that are encoded one by one.
struct PreTokenizer: Sendable {
    static let maximumSplits = 8

    private let splits: [CompiledPattern]

    /// - Throws: `VocabularyError` for a pattern outside the supported syntax.
    init(_ definition: PreTokenizerDefinition) throws(VocabularyError) {
        guard definition.splits.count <= Self.maximumSplits else {
            throw VocabularyError(field: "pre_tokenizer_splits", reason: "more than 8 splits")
        }
        var splits: [CompiledPattern] = []
        for split in definition.splits {
            do throws(PatternError) {
                switch split {
                case .pattern(let pattern): splits.append(try CompiledPattern(pattern))
                case .bytePattern:
                    throw PatternError("patterns over bytes", offset: 0)
                case .program(let ops): splits.append(try CompiledPattern(PatternSyntax(ops)))
                }
            } catch {
                throw VocabularyError(
                    field: "pre_tokenizer_pattern",
                    reason: "not supported at byte " + decimal(error.offset) + ": " + error.reason)
            }
        }
        self.splits = splits
    }

    /// Calls `body` with the ends of the pieces in order; they cover `start..<end` without a gap.
    @inline(__always)
    func forEachPiece(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ body: (_ start: Int, _ end: Int) -> Void
    ) {
        if splits.count == 1 {
            Self.cut(splits[0], text, start, end, body)
        } else {
            cut(0, text, start, end, body)
        }
    }

    private func cut(
        _ level: Int, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ body: (Int, Int) -> Void
    ) {
        guard level < splits.count else {
            if start < end { body(start, end) }
            return
        }
        Self.cut(splits[level], text, start, end) { cut(level + 1, text, $0, $1, body) }
    }

    /// Matches are pieces, and so is what lies between two matches.
    @inline(__always)
    private static func cut(
        _ pattern: CompiledPattern, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
        _ body: (Int, Int) -> Void
    ) {
        let matcher = pattern.matcher
        var position = start
        var gapStart = start
        while position < end {
            let matched = matcher.matchEnd(text, position, end)
            if matched < 0 {
                position += readScalar(text, position, end).length
                continue
            }
            if gapStart < position { body(gapStart, position) }
            body(position, matched)
            position = matched
            gapStart = matched
        }
        if gapStart < end { body(gapStart, end) }
    }
}

/// A number in decimal; `String(_:)` of an integer is not in Embedded Swift everywhere.
func decimal(_ number: some FixedWidthInteger) -> String {
    var digits: [UInt8] = []
    var rest = number.magnitude
    repeat {
        digits.append(0x30 + UInt8(rest % 10))
        rest /= 10
    } while rest > 0
    if number < 0 { digits.append(0x2D) }
    return String(decoding: digits.reversed(), as: UTF8.self)
}
