/// Ids of a delta frame while they are read (spec §2): each value is the zigzag form of an id's difference to the one
/// before it, the first's to the frame's base, which may stand behind the values.
///
/// Until the base is known the ids are kept relative to it.
struct DeltaIDs: Sendable {
    private var sum: Int64 = 0
    private var lowest: Int64 = 0
    private var highest: Int64 = 0

    /// The next id relative to the base, modulo 2^32; nil for a value that no two ids differ by.
    @inline(__always)
    mutating func next(_ value: UInt64) -> TokenID? {
        guard value < 1 << 33 else { return nil }
        sum &+= Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
        lowest = min(lowest, sum)
        highest = max(highest, sum)
        return TokenID(truncatingIfNeeded: sum)
    }

    /// Puts relative ids in the place of values below 2^32, which are all from `start` on.
    mutating func resolve(_ ids: inout [TokenID], from start: Int) {
        for index in start..<ids.count {
            if let id = next(UInt64(ids[index])) { ids[index] = id }
        }
    }

    /// Makes relative ids absolute; false when one of them is not between 0 and 2^32-1.
    func apply(base: TokenID, to ids: inout [TokenID]) -> Bool {
        guard Int64(base) &+ lowest >= 0, Int64(base) &+ highest <= Int64(TokenID.max) else { return false }
        if base != 0 { for index in ids.indices { ids[index] &+= base } }
        return true
    }
}

extension TokenID {
    /// The zigzag form of the difference to the id before.
    @inline(__always)
    func delta(from previous: TokenID) -> UInt64 {
        let difference = Int64(self) &- Int64(previous)
        return UInt64(bitPattern: difference &<< 1 ^ difference &>> 63)
    }
}

extension [TokenID] {
    /// How many bytes the ids' differences take as varints.
    func packedDeltaSize(base: TokenID) -> Int {
        var size = 0
        var previous = base
        for id in self {
            size &+= id.delta(from: previous).varintSize
            previous = id
        }
        return size
    }
}
