extension PatternSyntax {
    /// The pattern that a `pre_tokenizer_program` means (spec §6): its ops are alternatives in order.
    init(_ ops: [ProgramOp]) throws(PatternError) {
        let letters = ScalarSet(categories: Self.letter)
        let numbers = ScalarSet(categories: Self.number)
        let space = ScalarSet(0x20...0x20)
        let newlines = ScalarSet(asciiMembers: [0x0A, 0x0D])
        let whitespace = ScalarSet(categories: GeneralCategory.whiteSpace)
        let word = ScalarSet(categories: Self.letter | Self.number)
        func some(_ set: ScalarSet, _ min: Int = 1, _ max: Int? = nil) -> Item {
            .run(set, min: min, max: max, .greedy)
        }
        func optional(_ set: ScalarSet) -> Item { some(set, 0, 1) }
        var alternatives: [Sequence] = []
        for (index, op) in ops.enumerated() {
            switch op {
            case .literals(let patterns, let ignoringASCIICase):
                alternatives += Self.literals(patterns, ignoringASCIICase)
            case .letters(.none): alternatives.append([some(letters)])
            case .letters(.space): alternatives.append([optional(space), some(letters)])
            case .letters(.other):
                alternatives.append([optional(word.union(newlines).complement), some(letters)])
            case .numbers(let maxRun, let leadSpace):
                let run = some(numbers, 1, maxRun)
                alternatives.append(leadSpace ? [optional(space), run] : [run])
            case .punctuationRun(let leadSpace, let trailingNewlines):
                var sequence = leadSpace ? [optional(space)] : []
                sequence.append(some(word.union(whitespace).complement))
                if trailingNewlines { sequence.append(some(newlines, 0)) }
                alternatives.append(sequence)
            case .newlineBlock: alternatives.append([some(whitespace, 0), some(newlines)])
            case .trailingWhitespace:
                alternatives.append([
                    some(whitespace), .peek(whitespace.complement, orEnd: false, negative: true),
                ])
            case .whitespaceRun: alternatives.append([some(whitespace)])
            case .metaspaceSplit:
                throw PatternError("metaspace_split in a byte_level program", offset: index)
            }
        }
        // What no op matches is a piece of one scalar.
        alternatives.append([some(ScalarSet().complement, 1, 1)])
        self.init(alternatives: alternatives)
    }

    private static let letter: UInt32 = 0b11111
    private static let number: UInt32 = 0b111 << 8

    /// One alternative a literal, longest first.
    private static func literals(_ patterns: [String], _ ignoringASCIICase: Bool) -> [Sequence] {
        let longestFirst = patterns.filter { !$0.utf8.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
        return longestFirst.map { pattern in
            pattern.unicodeScalars.map { scalar in
                var set = ScalarSet(scalar.value...scalar.value)
                if ignoringASCIICase, 0x41...0x5A ~= scalar.value & ~0x20 {
                    set = ScalarSet(asciiMembers: [scalar.value, scalar.value ^ 0x20])
                }
                return .run(set, min: 1, max: 1, .greedy)
            }
        }
    }
}
