/// Finds special tokens in a text: leftmost first, and of those that start there the longest.
struct SpecialTokenMatcher: Sendable {
    struct Match {
        var start: Int
        var end: Int
        var id: TokenID
        var flags: VocabularyDefinition.SpecialToken.Flags
    }

    enum Found {
        case match(Match)
        /// What follows the text decides whether a token starts at this position, and which.
        case undecided(Int)
        case nothing
    }

    /// The tokens in the order of their names' bytes, and those bytes.
    private let tokens: [Match]
    private let names: [UInt8]
    /// By the first byte: the tokens whose names begin with it.
    private let ranges: [Range<Int>]
    private let scanner: ByteScanner

    /// - Parameter tokens: Names that differ; an empty one is not looked for.
    init(_ tokens: some Sequence<VocabularyDefinition.SpecialToken>) {
        let sorted = tokens.filter { !$0.name.utf8.isEmpty }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var names: [UInt8] = []
        var ranges = [Range<Int>](repeating: 0..<0, count: 256)
        var places: [Match] = []
        for (index, token) in sorted.enumerated() {
            let start = names.count
            names += token.name.utf8
            let first = Int(names[start])
            ranges[first] = (ranges[first].isEmpty ? index : ranges[first].lowerBound)..<index + 1
            places.append(Match(start: start, end: names.count, id: token.id, flags: token.flags))
        }
        self.tokens = places
        self.names = names
        self.ranges = ranges
        scanner = ByteScanner(ranges.indices.filter { !ranges[$0].isEmpty }.map { UInt8($0) })
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// The first special token in `start..<end`.
    /// - Parameter isWhole: whether the text ends at `end`; otherwise a name that `end` cuts is `undecided`.
    func find(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isWhole: Bool = true) -> Found {
        var position = scanner.next(text, start, end)
        while position < end {
            let found = match(text, position, end, isWhole)
            if case .nothing = found {
                position = scanner.next(text, position + 1, end)
            } else {
                return found
            }
        }
        return .nothing
    }

    /// Narrows the names down, byte by byte, to those that the text spells at `position`.
    private func match(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int, _ isWhole: Bool) -> Found {
        var range = ranges[Int(text[position])]
        var longest: Match?
        var length = 1
        while !range.isEmpty {
            // Of names with one beginning the shortest comes first.
            let shortest = tokens[range.lowerBound]
            if shortest.end - shortest.start == length {
                longest = Match(
                    start: position, end: position + length, id: shortest.id, flags: shortest.flags)
                range.removeFirst()
                if range.isEmpty { break }
            }
            guard position + length < end else {
                if !isWhole { return .undecided(position) }
                break
            }
            let byte = Int(text[position + length])
            let lower = firstToken(in: range, at: length, from: byte)
            range = lower..<firstToken(in: lower..<range.upperBound, at: length, from: byte + 1)
            length += 1
        }
        return longest.map { .match($0) } ?? .nothing
    }

    /// The first token in `range` whose name's byte at `offset` is `byte` or above; all names are longer than that.
    private func firstToken(in range: Range<Int>, at offset: Int, from byte: Int) -> Int {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper {
            let middle = (lower + upper) / 2
            if Int(names[tokens[middle].start + offset]) < byte {
                lower = middle + 1
            } else {
                upper = middle
            }
        }
        return lower
    }
}
