/// A set of scalar values as split patterns write them: whole categories, single scalars and ranges.
struct ScalarSet: Equatable {
    /// From `first` up to the next span, scalars of these categories are in the set.
    struct Span: Equatable {
        var first: UInt32
        var categories: UInt32
    }

    /// Bit c: U+0000 + c, for ASCII.
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0
    /// Beyond ASCII: in order, neighbours different, the first from U+0080 on.
    private(set) var spans: [Span]

    /// The scalars of some categories.
    init(categories: UInt32 = 0) {
        spans = [Span(first: 128, categories: categories)]
        for scalar in UInt32(0)..<128 where categories >> UInt32(GeneralCategory.of(scalar)) & 1 == 1 {
            insertASCII(scalar)
        }
    }

    init(_ range: ClosedRange<UInt32>) {
        spans = []
        if range.lowerBound > 128 || range.upperBound < 128 { spans = [Span(first: 128, categories: 0)] }
        if range.upperBound >= 128 {
            spans.append(Span(first: max(range.lowerBound, 128), categories: .max))
            if range.upperBound < 0x10FFFF { spans.append(Span(first: range.upperBound + 1, categories: 0)) }
        }
        for scalar in range.lowerBound..<max(range.lowerBound, min(range.upperBound + 1, 128)) {
            insertASCII(scalar)
        }
    }

    /// Some ASCII characters.
    init(asciiMembers: [UInt32]) {
        self.init()
        for scalar in asciiMembers where scalar < 128 { insertASCII(scalar) }
    }

    /// The union, in time of about its size.
    init(union sets: [ScalarSet]) {
        var sets = sets
        while sets.count > 1 {
            var halved: [ScalarSet] = []
            for index in stride(from: 0, to: sets.count - 1, by: 2) {
                halved.append(sets[index].union(sets[index + 1]))
            }
            if sets.count % 2 == 1 { halved.append(sets[sets.count - 1]) }
            sets = halved
        }
        self = sets.first ?? ScalarSet()
    }

    var isASCIIOnly: Bool { spans.allSatisfy { $0.categories == 0 } }

    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return low >> UInt64(scalar) & 1 == 1 }
        if scalar < 128 { return high >> UInt64(scalar - 64) & 1 == 1 }
        var index = 0
        var count = spans.count
        while count > 1 {
            let half = count / 2
            if spans[index + half].first <= scalar { index += half }
            count -= half
        }
        return spans[index].categories >> UInt32(GeneralCategory.of(scalar)) & 1 == 1
    }

    var complement: ScalarSet { combined(with: self) { a, _ in ~a } }

    func union(_ other: ScalarSet) -> ScalarSet { combined(with: other) { $0 | $1 } }

    func intersection(_ other: ScalarSet) -> ScalarSet { combined(with: other) { $0 & $1 } }

    /// Whether the two surely have no scalar in common.
    func isDisjoint(with other: ScalarSet) -> Bool {
        let common = intersection(other)
        return common.low == 0 && common.high == 0 && common.isASCIIOnly
    }

    /// The set that a bitwise operation makes of two.
    private func combined(with other: ScalarSet, _ operation: (UInt64, UInt64) -> UInt64) -> ScalarSet {
        var result = ScalarSet()
        result.low = operation(low, other.low)
        result.high = operation(high, other.high)
        result.spans.removeAll()
        var (index, otherIndex) = (0, 0)
        while index < spans.count, otherIndex < other.spans.count {
            let (span, otherSpan) = (spans[index], other.spans[otherIndex])
            let categories = UInt32(
                truncatingIfNeeded: operation(UInt64(span.categories), UInt64(otherSpan.categories)))
            if result.spans.last?.categories != categories {
                result.spans.append(
                    Span(first: max(span.first, otherSpan.first), categories: categories))
            }
            let next = index + 1 < spans.count ? spans[index + 1].first : .max
            let otherNext = otherIndex + 1 < other.spans.count ? other.spans[otherIndex + 1].first : .max
            if next <= otherNext { index += 1 }
            if otherNext <= next { otherIndex += 1 }
        }
        return result
    }

    /// The set with, for every ASCII letter in it, what simple case folding makes equal to it.
    var closedOverASCIICase: ScalarSet {
        var result = self
        for upper in UInt32(0x41)...0x5A where contains(upper) || contains(upper + 32) {
            result.insertASCII(upper)
            result.insertASCII(upper + 32)
        }
        // U+017F folds to s, U+212A to k.
        if result.contains(0x53) { result = result.union(ScalarSet(0x17F...0x17F)) }
        if result.contains(0x4B) { result = result.union(ScalarSet(0x212A...0x212A)) }
        return result
    }

    private mutating func insertASCII(_ scalar: UInt32) {
        if scalar < 64 { low |= 1 << UInt64(scalar) } else { high |= 1 << UInt64(scalar - 64) }
    }
}
