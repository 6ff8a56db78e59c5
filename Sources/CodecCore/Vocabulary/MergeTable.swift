/// Pairs of neighbouring tokens that merge: an open-addressing table from (left, right) to rank and result.
final class MergeTable: @unchecked Sendable {
    /// A merge: the rank in the high half, the merged token's id in the low half, so that the smallest
    /// value is the merge that comes first.
    typealias Merge = UInt64

    static let none = Merge.max

    struct Slot {
        var pair: UInt64
        var merge: Merge
    }

    private static let maximumProbes = 512

    /// The searching half: plain memory without reference counts.
    let table: Table

    /// Room for `count` merges.
    init(count: Int) {
        var bits = 4
        while 1 << bits < count * 2 { bits += 1 }
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: 1 << bits)
        slots.initialize(repeating: Slot(pair: 0, merge: Self.none), count: 1 << bits)
        table = Table(slots: slots, shift: UInt64(64 - bits), mask: 1 << bits - 1)
    }

    deinit {
        table.slots.deallocate()
    }

    /// Adds a merge; of two for the same pair the first stays. False when too many pairs collide.
    func insert(_ left: TokenID, _ right: TokenID, rank: UInt32, merged: TokenID) -> Bool {
        let pair = Table.pair(left, right)
        var slot = table.slot(of: pair)
        var probes = 0
        while table.slots[slot].merge != Self.none {
            if table.slots[slot].pair == pair { return true }
            probes += 1
            guard probes < Self.maximumProbes else { return false }
            slot = (slot + 1) & table.mask
        }
        table.slots[slot] = Slot(pair: pair, merge: UInt64(rank) << 32 | UInt64(merged))
        return true
    }

    struct Table {
        fileprivate let slots: UnsafeMutablePointer<Slot>
        fileprivate let shift: UInt64
        fileprivate let mask: Int

        /// The merge of two neighbours, or `none`.
        @inline(__always)
        func find(_ left: TokenID, _ right: TokenID) -> Merge {
            let pair = Self.pair(left, right)
            var slot = self.slot(of: pair)
            while true {
                let found = slots[slot]
                if found.pair == pair || found.merge == MergeTable.none { return found.merge }
                slot = (slot + 1) & mask
            }
        }

        @inline(__always)
        fileprivate static func pair(_ left: TokenID, _ right: TokenID) -> UInt64 {
            UInt64(left) << 32 | UInt64(right)
        }

        @inline(__always)
        fileprivate func slot(of pair: UInt64) -> Int {
            let mixed = (pair &* 0x9E37_79B9_7F4A_7C15 ^ (pair >> 29)) &* 0xBF58_476D_1CE4_E5B9
            return Int(truncatingIfNeeded: mixed >> shift)
        }
    }
}
