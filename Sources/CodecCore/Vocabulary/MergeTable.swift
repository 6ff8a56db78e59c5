/// Pairs of neighbouring tokens that merge: an open-addressing table from (left, right) to rank and result.
///
/// Immutable once made.
final class MergeTable: @unchecked Sendable {
    /// A merge: the rank in the high half, the merged token's id in the low half, so that the smallest
    /// value is the merge that comes first.
    typealias Merge = UInt64

    static let none = Merge.max

    private struct Slot {
        var pair: UInt64
        var merge: Merge
    }

    private static let maximumProbes = 512

    private let slots: UnsafeMutablePointer<Slot>
    private let shift: UInt64
    private let mask: Int

    /// Room for `count` merges.
    init(count: Int) {
        var bits = 4
        while 1 << bits < count * 2 { bits += 1 }
        slots = .allocate(capacity: 1 << bits)
        slots.initialize(repeating: Slot(pair: 0, merge: Self.none), count: 1 << bits)
        shift = UInt64(64 - bits)
        mask = 1 << bits - 1
    }

    deinit {
        slots.deallocate()
    }

    /// Adds a merge; of two for the same pair the first stays. False when too many pairs collide.
    func insert(_ left: TokenID, _ right: TokenID, rank: UInt32, merged: TokenID) -> Bool {
        let pair = Self.pair(left, right)
        var slot = self.slot(of: pair)
        var probes = 0
        while slots[slot].merge != Self.none {
            if slots[slot].pair == pair { return true }
            probes += 1
            guard probes < Self.maximumProbes else { return false }
            slot = (slot + 1) & mask
        }
        slots[slot] = Slot(pair: pair, merge: UInt64(rank) << 32 | UInt64(merged))
        return true
    }

    /// The merge of two neighbours, or `none`.
    @inline(__always)
    func find(_ left: TokenID, _ right: TokenID) -> Merge {
        let pair = Self.pair(left, right)
        var slot = self.slot(of: pair)
        while true {
            let found = slots[slot]
            if found.pair == pair || found.merge == Self.none { return found.merge }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private static func pair(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(left) << 32 | UInt64(right)
    }

    @inline(__always)
    private func slot(of pair: UInt64) -> Int {
        let mixed = (pair &* 0x9E37_79B9_7F4A_7C15 ^ (pair >> 29)) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: mixed >> shift)
    }
}
