/// A set of scalar values as split patterns write them: whole categories, single scalars and ranges.
struct ScalarSet: Equatable {
    /// Bit c: U+0000 + c, for ASCII.
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0
    /// Bit c: category c, beyond ASCII.
    private(set) var categories: UInt32 = 0
    /// Beyond ASCII, sorted and apart: scalars that are in the set whatever their category …
    private(set) var included: [ClosedRange<UInt32>] = []
    /// … or out of it.
    private(set) var excluded: [ClosedRange<UInt32>] = []

    /// The scalars of some categories.
    init(categories: UInt32 = 0) {
        self.categories = categories
        for scalar in UInt32(0)..<128 where categories >> UInt32(GeneralCategory.of(scalar)) & 1 == 1 {
            insertASCII(scalar)
        }
    }

    init(_ range: ClosedRange<UInt32>) {
        var scalar = range.lowerBound
        while scalar <= range.upperBound, scalar < 128 {
            insertASCII(scalar)
            scalar += 1
        }
        if range.upperBound >= 128 { included = [max(range.lowerBound, 128)...range.upperBound] }
    }

    /// Some ASCII characters.
    init(asciiMembers: [UInt32]) {
        for scalar in asciiMembers where scalar < 128 { insertASCII(scalar) }
    }

    /// Whether categories alone do not tell what is in the set, beyond ASCII.
    var isIrregular: Bool { !included.isEmpty || !excluded.isEmpty }

    /// Whether the two surely have no scalar in common.
    func isDisjoint(with other: ScalarSet) -> Bool {
        low & other.low == 0 && high & other.high == 0 && categories & other.categories == 0
            && included.isEmpty && other.included.isEmpty
    }

    var isASCIIOnly: Bool { categories == 0 && included.isEmpty }

    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return low >> UInt64(scalar) & 1 == 1 }
        if scalar < 128 { return high >> UInt64(scalar - 64) & 1 == 1 }
        if Self.find(scalar, in: included) { return true }
        if Self.find(scalar, in: excluded) { return false }
        return categories >> UInt32(GeneralCategory.of(scalar)) & 1 == 1
    }

    var complement: ScalarSet {
        var result = self
        result.low = ~low
        result.high = ~high
        result.categories = ~categories
        result.included = excluded
        result.excluded = included
        return result
    }

    /// The union; nil where it would need exceptions to exceptions, which no published pattern does.
    func union(_ other: ScalarSet) -> ScalarSet? {
        guard excluded.isEmpty || other.excluded.isEmpty && other.categories == 0 && other.included.isEmpty,
            other.excluded.isEmpty || categories == 0 && included.isEmpty
        else { return nil }
        var result = self
        result.low |= other.low
        result.high |= other.high
        result.categories |= other.categories
        result.included += other.included
        result.excluded += other.excluded
        return result
    }

    /// Adds, for every ASCII letter in the set, what simple case folding makes equal to it.
    mutating func closeOverASCIICase() {
        for upper in UInt32(0x41)...0x5A where contains(upper) || contains(upper + 32) {
            insertASCII(upper)
            insertASCII(upper + 32)
            // U+017F folds to s, U+212A to k.
            if upper == 0x53, !contains(0x17F) { included.append(0x17F...0x17F) }
            if upper == 0x4B, !contains(0x212A) { included.append(0x212A...0x212A) }
        }
    }

    private mutating func insertASCII(_ scalar: UInt32) {
        if scalar < 64 { low |= 1 << UInt64(scalar) } else { high |= 1 << UInt64(scalar - 64) }
    }

    static func find(_ scalar: UInt32, in ranges: [ClosedRange<UInt32>]) -> Bool {
        for range in ranges where range.contains(scalar) { return true }
        return false
    }
}
