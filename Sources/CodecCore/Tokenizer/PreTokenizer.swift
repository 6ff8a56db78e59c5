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
                case .bytePattern(let pattern):
                    splits.append(try CompiledPattern(pattern, readsBytes: true))
                case .program(let ops): splits.append(try CompiledPattern(PatternSyntax(ops)))
                }
            } catch {
                throw VocabularyError(
                    field: "pre_tokenizer_pattern",
                    reason: "not supported at byte " + decimal(error.offset) + ": " + error.reason)
            }
        }
        self.init(splits)
    }

    init(_ splits: [CompiledPattern]) {
        self.splits = splits
    }

    /// Calls `body` with the ends of the pieces in order; they cover `start..<end` without a gap.
    ///
    /// - Parameter text: readable from its first byte, position 0, to `end`.
    @inline(__always)
    func forEachPiece(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ body: (_ start: Int, _ end: Int) -> Void
    ) {
        _ = forEachPiece(text, start, end, isEnd: true, body)
    }

    /// Calls `body` with the ends of the pieces of a text that arrives in parts.
    ///
    /// - Parameter isEnd: the text ends at `end`. Otherwise more may follow, and only those pieces are given that
    ///   no continuation can change.
    /// - Returns: where the given pieces end. The rest is for the next call, which starts there with more text
    ///   at hand. Each call looks at the rest anew: while it is long, wait until it has grown by a part of itself.
    @inline(__always)
    func forEachPiece(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isEnd: Bool,
        _ body: (_ start: Int, _ end: Int) -> Void
    ) -> Int {
        guard let last = splits.last?.automaton else {
            guard isEnd, start < end else { return start }
            body(start, end)
            return end
        }
        if splits.count == 1 { return Self.cut(last, text, start, end, isEnd: isEnd, body).start }
        return cutOuter(0, text, start, end, isEnd: isEnd) { start, end, isEnd in
            Self.cut(last, text, start, end, isEnd: isEnd, body).start
        }
    }

    /// Cuts by the splits from `level` on; the last one is `cutInner`. Both return where what they gave ends.
    private func cutOuter(
        _ level: Int, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isEnd: Bool,
        cutInner: (_ start: Int, _ end: Int, _ isEnd: Bool) -> Int
    ) -> Int {
        guard level < splits.count - 1 else { return cutInner(start, end, isEnd) }
        let automaton = splits[level].automaton
        let open = Self.cut(automaton, text, start, end, isEnd: isEnd) { start, end in
            _ = cutOuter(level + 1, text, start, end, isEnd: true, cutInner: cutInner)
        }
        // Bytes are not given before it is known that a character ends with them: the next call, which starts
        // there, would not see that character.
        guard !open.isEmpty, automaton.readsBytes || !splits[level + 1].automaton.readsBytes else {
            return open.start
        }
        return cutOuter(level + 1, text, open.start, open.end, isEnd: false, cutInner: cutInner)
    }

    /// A stretch at the end of what was cut that surely lies between two matches, of which the second is not
    /// known. Undecided is what comes behind it.
    private struct OpenStretch {
        var start: Int
        var end: Int
        var isEmpty: Bool { start == end }
    }

    /// Matches are pieces, and so is what lies between two matches.
    @inline(__always)
    private static func cut(
        _ automaton: PatternAutomaton, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isEnd: Bool,
        _ body: (Int, Int) -> Void
    ) -> OpenStretch {
        var end = end
        if !isEnd, !automaton.readsBytes { end -= incompleteTailLength(text, start, end) }
        var position = start
        // Where a match that starts at `position` ends, if that is known already.
        var known = PatternAutomaton.noMatch
        while position < end {
            var pieceEnd = known
            known = PatternAutomaton.noMatch
            if pieceEnd < 0 { pieceEnd = automaton.matchEnd(text, position, end, isEnd: isEnd) }
            if pieceEnd < 0 {
                if pieceEnd == PatternAutomaton.undecided { break }
                let next = automaton.nextMatch(text, behind: position, end, isEnd: isEnd)
                if next.end == PatternAutomaton.undecided {
                    return OpenStretch(start: position, end: next.start)
                }
                (pieceEnd, known) = next
            }
            body(position, pieceEnd)
            position = pieceEnd
        }
        return OpenStretch(start: position, end: position)
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
