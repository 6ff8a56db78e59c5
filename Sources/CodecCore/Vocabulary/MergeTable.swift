/// Pairs of neighbouring tokens that merge: an open-addressing table from (left, right) to the merge's rank,
/// four bytes a slot, over the list of merges by rank.
struct MergeTable {
    /// The rank of no merge; also that of a token that no merge makes.
    static let none = UInt32.max
    static let maximumCount = 1 << 24 - 1

    /// A merge; its place in the list is its rank.
    struct Record {
        var left: TokenID
        var right: TokenID
        var merged: TokenID
    }

    private static let maximumProbes = 512

    /// One more than a rank in the high 24 bits, bits of the pair's hash in the low eight; 0 in a free slot.
    let slots: UnsafeMutablePointer<UInt32>
    /// The base-2 logarithm of the number of slots.
    let bits: UInt64
    let records: UnsafeMutablePointer<Record>
    /// The ranks of pairs of tokens of one byte each, by `left << 8 | right`.
    let bytePairs: UnsafeMutablePointer<UInt32>
    /// By id: the rank of the merge that makes the token.
    let ranks: UnsafeMutablePointer<UInt32>

    /// Makes the merge of a rank findable; of two for the same pair the first stays.
    /// False when too many pairs collide.
    func insert(_ rank: UInt32) -> Bool {
        let record = records[Int(rank)]
        let hash = Self.hash(record.left, record.right)
        let tag = self.tag(hash)
        var slot = self.slot(hash)
        var probes = 0
        while slots[slot] != 0 {
            if slots[slot] & 0xFF == tag {
                let known = records[Int(slots[slot] >> 8) - 1]
                if known.left == record.left, known.right == record.right { return true }
            }
            probes += 1
            guard probes < Self.maximumProbes else { return false }
            slot = (slot + 1) & mask
        }
        slots[slot] = (rank + 1) << 8 | tag
        return true
    }

    func removeAll() { slots.update(repeating: 0, count: mask + 1) }

    /// The rank of the merge of two neighbours, or `none`.
    @inline(__always)
    func rank(_ left: TokenID, _ right: TokenID) -> UInt32 {
        let hash = Self.hash(left, right)
        let tag = self.tag(hash)
        var slot = self.slot(hash)
        while true {
            let found = slots[slot]
            if found == 0 { return Self.none }
            if found & 0xFF == tag {
                let rank = found >> 8 &- 1
                let record = records[Int(rank)]
                if record.left == left, record.right == right { return rank }
            }
            slot = (slot + 1) & mask
        }
    }

    /// Whether two tokens, each what merging its own symbols gives, stay apart when they are neighbours: no
    /// merge ever joins a symbol of one and a symbol of the other.
    ///
    /// Goes back in time: of the two symbols that meet at the border the one made later is taken apart, until
    /// both are single. A pair that was there merges if its rank is below that of the merge that takes the left
    /// one away, or not above that of the one that takes the right one (of equal ranks the left place comes
    /// first). Holds for vocabularies whose merges join tokens of lower ranks only.
    /// - Parameter limit: the rank of the merge that joins the two themselves, when the question is whether they
    ///   live to see it.
    @inline(__always)
    func staysApart(_ left: TokenID, _ right: TokenID, until limit: UInt32 = none) -> Bool {
        var (left, right) = (left, right)
        var (leftEnd, rightEnd) = (limit, limit)
        while true {
            let crossing = rank(left, right)
            if crossing != Self.none, crossing < leftEnd, crossing <= rightEnd { return false }
            let (leftStart, rightStart) = (ranks[Int(left)], ranks[Int(right)])
            if leftStart == Self.none, rightStart == Self.none { return true }
            // `none` is the largest rank and means the earliest time here; hence the wrapping.
            if leftStart &+ 1 > rightStart &+ 1 {
                leftEnd = leftStart
                left = records[Int(leftStart)].right
            } else {
                rightEnd = rightStart
                right = records[Int(rightStart)].left
            }
        }
    }

    @inline(__always)
    private var mask: Int { 1 << Int(truncatingIfNeeded: bits) - 1 }

    @inline(__always)
    private static func hash(_ left: TokenID, _ right: TokenID) -> UInt64 {
        let pair = UInt64(left) << 32 | UInt64(right)
        return (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    private func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> (64 &- bits)) }

    @inline(__always)
    private func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> (56 &- bits)) & 0xFF }
}
