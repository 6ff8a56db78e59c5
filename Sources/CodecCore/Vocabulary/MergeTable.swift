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
        var bits = 6
        while 1 << bits < count * 2 { bits += 1 }
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: 1 << bits)
        slots.initialize(repeating: Slot(pair: 0, merge: Self.none), count: 1 << bits)
        let words = 1 << (bits + Table.filterBitsPerSlotLog2 - 6)
        let filter = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        filter.initialize(repeating: 0, count: words)
        table = Table(slots: slots, filter: filter, bits: UInt64(bits))
    }

    deinit {
        table.slots.deallocate()
        table.filter.deallocate()
    }

    /// Adds a merge; of two for the same pair the first stays. False when too many pairs collide.
    func insert(_ left: TokenID, _ right: TokenID, rank: UInt32, merged: TokenID) -> Bool {
        let pair = Table.pair(left, right)
        let hash = Table.hash(pair)
        var slot = table.slot(hash)
        var probes = 0
        while table.slots[slot].merge != Self.none {
            if table.slots[slot].pair == pair { return true }
            probes += 1
            guard probes < Self.maximumProbes else { return false }
            slot = (slot + 1) & table.mask
        }
        table.slots[slot] = Slot(pair: pair, merge: UInt64(rank) << 32 | UInt64(merged))
        let bit = table.filterBit(hash)
        table.filter[bit >> 6] |= 1 << UInt64(bit & 63)
        return true
    }

    struct Table {
        fileprivate static let filterBitsPerSlotLog2 = 3

        fileprivate let slots: UnsafeMutablePointer<Slot>
        /// A bit for each merge, by its hash: most pairs do not merge, and that is told from a table small
        /// enough to stay in the cache.
        fileprivate let filter: UnsafeMutablePointer<UInt64>
        /// The base-2 logarithm of the number of slots.
        fileprivate let bits: UInt64

        /// The merge of two neighbours, or `none`.
        @inline(__always)
        func find(_ left: TokenID, _ right: TokenID) -> Merge {
            let pair = Self.pair(left, right)
            let hash = Self.hash(pair)
            let bit = filterBit(hash)
            guard filter[bit >> 6] >> UInt64(bit & 63) & 1 == 1 else { return MergeTable.none }
            var slot = self.slot(hash)
            while true {
                let found = slots[slot]
                if found.pair == pair || found.merge == MergeTable.none { return found.merge }
                slot = (slot + 1) & mask
            }
        }

        @inline(__always)
        fileprivate var mask: Int { 1 << Int(truncatingIfNeeded: bits) - 1 }

        @inline(__always)
        fileprivate static func pair(_ left: TokenID, _ right: TokenID) -> UInt64 {
            UInt64(left) << 32 | UInt64(right)
        }

        @inline(__always)
        fileprivate static func hash(_ pair: UInt64) -> UInt64 {
            (pair &* 0x9E37_79B9_7F4A_7C15 ^ (pair >> 29)) &* 0xBF58_476D_1CE4_E5B9
        }

        @inline(__always)
        fileprivate func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> (64 &- bits)) }

        @inline(__always)
        fileprivate func filterBit(_ hash: UInt64) -> Int {
            Int(truncatingIfNeeded: hash >> (61 &- bits))
        }
    }
}
