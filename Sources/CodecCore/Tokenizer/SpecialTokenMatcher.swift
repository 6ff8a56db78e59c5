/// Finds special tokens in a text: leftmost first, and of those that start there the longest.
struct SpecialTokenMatcher: Sendable {
    struct Match {
        var start: Int
        var end: Int
        var id: TokenID
        var flags: VocabularyDefinition.SpecialToken.Flags

        fileprivate var length: Int { end - start }

        fileprivate func moved(to position: Int) -> Match {
            Match(start: position, end: position + end - start, id: id, flags: flags)
        }
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
    /// By the first byte: where in `seconds` its row starts, if there are such names. By the second byte, a row says
    /// where the names with it start; the next number is where they end.
    private let rows: [Int?]
    private let seconds: [Int]
    private let scanner: ByteScanner

    /// - Parameter tokens: Names that differ; an empty one is not looked for.
    init(_ tokens: some Sequence<VocabularyDefinition.SpecialToken>) {
        let sorted = tokens.filter { !$0.name.utf8.isEmpty }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var names: [UInt8] = []
        var places: [Match] = []
        var ranges = [Range<Int>](repeating: 0..<0, count: 256)
        for (index, token) in sorted.enumerated() {
            let start = names.count
            names += token.name.utf8
            let first = Int(names[start])
            ranges[first] = (ranges[first].isEmpty ? index : ranges[first].lowerBound)..<index + 1
            places.append(Match(start: start, end: names.count, id: token.id, flags: token.flags))
        }
        var rows = [Int?](repeating: nil, count: 256)
        var seconds: [Int] = []
        for first in 0..<256 where !ranges[first].isEmpty {
            rows[first] = seconds.count
            var next = ranges[first].lowerBound
            if places[next].length == 1 { next += 1 }
            for second in 0..<256 {
                seconds.append(next)
                while next < ranges[first].upperBound, names[places[next].start + 1] == second { next += 1 }
            }
            seconds.append(next)
        }
        self.tokens = places
        self.names = names
        self.ranges = ranges
        self.rows = rows
        self.seconds = seconds
        scanner = ByteScanner(ranges.indices.filter { !ranges[$0].isEmpty }.map { UInt8($0) })
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// The first special token in `start..<end`.
    /// - Parameter isWhole: whether the text ends at `end`; otherwise a name that `end` cuts is `undecided`.
    func find(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isWhole: Bool = true) -> Found {
        var position = scanner.next(text, start, end)
        while position < end {
            let found = match(text, position, end, isWhole)
            guard case .nothing = found else { return found }
            position = scanner.next(text, position + 1, end)
        }
        return .nothing
    }

    /// The longest name that the text spells at `position`.
    @inline(__always)
    private func match(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int, _ isWhole: Bool) -> Found {
        let first = Int(text[position])
        guard let row = rows[first] else { return .nothing }
        guard position + 1 < end else {
            return narrow(ranges[first], 1, .nothing, text, position, end, isWhole)
        }
        let second = row + Int(text[position + 1])
        let range = seconds[second]..<seconds[second + 1]
        let shortest = tokens[ranges[first].lowerBound]
        let found: Found = shortest.length == 1 ? .match(shortest.moved(to: position)) : .nothing
        return range.isEmpty ? found : narrow(range, 2, found, text, position, end, isWhole)
    }

    /// Narrows names that begin with the first `length` bytes at `position` down, byte by byte.
    private func narrow(
        _ candidates: Range<Int>, _ length: Int, _ found: Found, _ text: UnsafePointer<UInt8>,
        _ position: Int,
        _ end: Int, _ isWhole: Bool
    ) -> Found {
        var range = candidates
        var longest = found
        var length = length
        while range.count > 1 {
            // Of names with one beginning the shortest comes first.
            let shortest = tokens[range.lowerBound]
            if shortest.length == length {
                longest = .match(shortest.moved(to: position))
                range.removeFirst()
            }
            guard position + length < end else { return isWhole ? longest : .undecided(position) }
            let byte = Int(text[position + length])
            let lower = firstToken(in: range, at: length, from: byte)
            range = lower..<firstToken(in: lower..<range.upperBound, at: length, from: byte + 1)
            length += 1
        }
        guard let last = range.first.map({ tokens[$0] }) else { return longest }
        let available = min(last.length, end - position)
        guard spells(text + position, names: last.start, available) else { return longest }
        if available == last.length { return .match(last.moved(to: position)) }
        return isWhole ? longest : .undecided(position)
    }

    /// Whether the text is the same as the names from `start` on, for `count` bytes.
    private func spells(_ text: UnsafePointer<UInt8>, names start: Int, _ count: Int) -> Bool {
        names.withUnsafeBytes { names in
            let text = UnsafeRawPointer(text)
            var offset = 0
            while offset + 8 <= count {
                let word = names.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
                guard word == text.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else {
                    return false
                }
                offset += 8
            }
            while offset < count {
                guard names[start + offset] == text.load(fromByteOffset: offset, as: UInt8.self) else {
                    return false
                }
                offset += 1
            }
            return true
        }
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
