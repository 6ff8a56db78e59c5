/// Pairs of neighbouring tokens that merge: an open-addressing table from (left, right) to the merge.
struct MergeTable {
    /// A merge: its rank in the high half, the merged token's id in the low half, so that the smallest value is the
    /// merge that comes first.
    typealias Merge = UInt64

    static let none = Merge.max
    static let maximumCount = 1 << 24 - 1

    struct Slot {
        /// `TokenID.max` in a free slot.
        var left: TokenID
        var right: TokenID
        var merge: Merge
    }

    /// The one merge that makes a token.
    struct Origin {
        /// When it happens: one more than the largest rank of it and the merges that lead to it; 0 for none.
        var time: UInt32 = 0
        var left: TokenID = 0
        var right: TokenID = 0
    }

    private static let maximumProbes = 512

    let slots: UnsafeMutablePointer<Slot>
    let slotCount: UInt64
    /// A bit for each merge, by its hash: most pairs do not merge, and that is told from a table small enough to
    /// stay in the cache.
    let filter: UnsafeMutablePointer<UInt64>
    /// The base-2 logarithm of the number of bits.
    let filterBits: UInt64
    /// The merges of pairs of tokens of one byte each, by `left << 8 | right`.
    let bytePairs: UnsafeMutablePointer<Merge>
    /// By id.
    let origins: UnsafeMutablePointer<Origin>

    enum Insertion {
        case done
        /// The pair has a merge already, which stays.
        case repeats
        /// Too many pairs collide.
        case collision
    }

    /// Adds a merge.
    func insert(_ left: TokenID, _ right: TokenID, rank: UInt32, merged: TokenID) -> Insertion {
        let hash = Self.hash(left, right)
        let bit = filterBit(hash)
        filter[bit >> 6] |= 1 << UInt64(bit & 63)
        var slot = self.slot(hash)
        var probes = 0
        while slots[slot].left != TokenID.max {
            if slots[slot].left == left, slots[slot].right == right { return .repeats }
            probes += 1
            guard probes < Self.maximumProbes else { return .collision }
            slot = next(slot)
        }
        slots[slot] = Slot(left: left, right: right, merge: UInt64(rank) << 32 | UInt64(merged))
        return .done
    }

    func removeAll() {
        slots.update(repeating: Slot(left: .max, right: .max, merge: Self.none), count: Int(slotCount))
        filter.update(repeating: 0, count: 1 << Int(filterBits - 6))
    }

    /// The merge of two neighbours, or `none`.
    @inline(__always)
    func find(_ left: TokenID, _ right: TokenID) -> Merge {
        let hash = Self.hash(left, right)
        let bit = filterBit(hash)
        guard filter[bit >> 6] >> UInt64(bit & 63) & 1 == 1 else { return Self.none }
        var slot = self.slot(hash)
        while true {
            let found = slots[slot]
            if found.left == left && found.right == right || found.left == TokenID.max { return found.merge }
            slot = next(slot)
        }
    }

    /// Whether two tokens, each what merging its own symbols gives, stay apart when they are neighbours: no
    /// merge ever joins a symbol of one and a symbol of the other. Nil where only merging itself can tell.
    @inline(__always)
    func staysApart(_ left: TokenID, _ right: TokenID) -> Bool? {
        find(left, right) == Self.none ? partsStayApart(left, right) : false
    }

    /// Whether two such tokens are made before any merge joins parts of them.
    ///
    /// Goes back in time: of the two symbols that meet at the border the one made later is taken apart, until
    /// both are single. A pair that meets there merges if its turn comes before one of the two is gone.
    @inline(__always)
    func partsStayApart(_ left: TokenID, _ right: TokenID) -> Bool? {
        var (left, right) = (left, right)
        // When the two that meet are gone, and whether they are gone at the first turn of that time.
        var (leftEnd, rightEnd) = (UInt32.max, UInt32.max)
        var (leftGoesFirst, rightGoesFirst) = (true, true)
        while true {
            let (leftOrigin, rightOrigin) = (origins[Int(left)], origins[Int(right)])
            if leftOrigin.time > rightOrigin.time {
                leftEnd = leftOrigin.time
                leftGoesFirst = isFirst(leftOrigin)
                left = leftOrigin.right
            } else {
                if rightOrigin.time == 0 { return true }
                // Of equal merges the one on the left comes first. Others at one time: who knows.
                if leftOrigin.time == rightOrigin.time, left != right || !isFirst(rightOrigin) { return nil }
                rightEnd = rightOrigin.time
                rightGoesFirst = isFirst(rightOrigin)
                right = rightOrigin.left
            }
            let merge = find(left, right)
            guard merge != Self.none else { continue }
            let rank = UInt32(truncatingIfNeeded: merge >> 32) &+ 1
            let made = max(origins[Int(left)].time, origins[Int(right)].time)
            let time = max(rank, made)
            if time < leftEnd, time < rightEnd { return false }
            if time > leftEnd || time > rightEnd { continue }
            // At one time lower ranks come first, then what is further left: here all three are the same merge.
            guard made < rank else { return nil }
            if time == leftEnd {
                guard leftGoesFirst else { return nil }
            } else {
                return rightGoesFirst ? false : nil
            }
        }
    }

    /// Whether a merge happens at its own rank's turn: its parts were made before.
    @inline(__always)
    private func isFirst(_ origin: Origin) -> Bool {
        origins[Int(origin.left)].time < origin.time && origins[Int(origin.right)].time < origin.time
    }

    @inline(__always)
    private static func hash(_ left: TokenID, _ right: TokenID) -> UInt64 {
        let pair = UInt64(left) << 32 | UInt64(right)
        return (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    private func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: ((hash >> 32) &* slotCount) >> 32) }

    @inline(__always)
    private func next(_ slot: Int) -> Int { slot &+ 1 == Int(truncatingIfNeeded: slotCount) ? 0 : slot &+ 1 }

    @inline(__always)
    private func filterBit(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> (64 &- filterBits)) }
}
