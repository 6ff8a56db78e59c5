/// Finds special tokens in a text: leftmost first, and of those that start there the longest.
struct SpecialTokenMatcher: Sendable {
    private let index: TokenIndex
    /// By a name's first byte: the lengths of the names that start so, longest first, as a range of `lengths`.
    private let ranges: [Range<Int>]
    private let lengths: [Int]

    init(_ vocabulary: Vocabulary) {
        index = vocabulary.specialIndex
        var byFirstByte = [[Int]](repeating: [], count: 256)
        for special in vocabulary.specialTokens {
            let name = special.name.utf8
            guard let first = name.first, !byFirstByte[Int(first)].contains(name.count) else { continue }
            byFirstByte[Int(first)].append(name.count)
        }
        var lengths: [Int] = []
        var ranges: [Range<Int>] = []
        for list in byFirstByte {
            ranges.append(lengths.count..<lengths.count + list.count)
            lengths += list.sorted { $0 > $1 }
        }
        self.ranges = ranges
        self.lengths = lengths
    }

    /// The first special token in `start..<end`.
    func find(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> (start: Int, end: Int, id: TokenID)? {
        ranges.withUnsafeBufferPointer { ranges in
            for position in start..<end {
                let candidates = ranges[Int(text[position])]
                if candidates.isEmpty { continue }
                for candidate in candidates where lengths[candidate] <= end - position {
                    if let id = index.table.find(text + position, lengths[candidate]) {
                        return (position, position + lengths[candidate], id)
                    }
                }
            }
            return nil
        }
    }
}
