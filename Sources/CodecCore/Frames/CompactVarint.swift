// The varints of the compact format (spec §2): unsigned LEB128 of up to 5 bytes, with values up to 2^32, which is one
// more than the greatest rank. Longer forms than needed are legal within the 5 bytes.

extension ByteScratch {
    /// The varint of a rank plus one; up to 5 bytes. Writes without branches what takes up to 4.
    @inline(__always)
    mutating func compactVarint(rank: UInt32) {
        guard rank < 1 << 28 &- 1 else { return varint(UInt64(rank) &+ 1) }
        let value = rank &+ 1
        let size = (value >= 1 << 7 ? 2 : 1) &+ (value >= 1 << 14 ? 1 : 0) &+ (value >= 1 << 21 ? 1 : 0)
        let groups =
            value & 0x7F | value &<< 1 & 0x7F00 | value &<< 2 & 0x7F_0000 | value &<< 3 & 0x7F00_0000
        let continuations = 0x80_8080 & (1 &<< (8 &* UInt32(truncatingIfNeeded: size &- 1)) &- 1)
        writeLow(groups | continuations, count: size)
    }
}

extension ByteCursor {
    /// Reads one varint.
    mutating func compactVarint() throws(FrameError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 35, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7F) &<< shift
            if next < 0x80 {
                guard value <= 1 << 32 else { throw failure(.numberOutOfRange) }
                return value
            }
        }
        throw failure(.invalidVarint)
    }

    /// Reads varints of up to 4 bytes into `block`, as many as fit while 8 bytes are left, and stops before bytes that
    /// may be something else. Returns how many; none of them is zero.
    @inline(__always)
    mutating func compactVarints(to block: UnsafeMutableBufferPointer<UInt32>) -> Int {
        let highBits: UInt64 = 0x8080_8080_8080_8080
        let ones: UInt64 = 0x0101_0101_0101_0101
        var count = 0
        while count &+ 8 <= block.count, let word = peek(UInt64.self)?.byteSwapped {
            let continuations = word & highBits
            let hasZero = (word &- ones) & ~word & highBits
            let isLong =
                continuations & continuations &>> 8 & continuations &>> 16 & continuations &>> 24
            guard hasZero | isLong == 0 else { break }
            let ends = ~word & highBits
            var rest = ends
            var start: UInt64 = 0
            for index in 0..<8 {
                // Behind the last end this writes what the next word, or nobody, reads.
                let end = UInt64(truncatingIfNeeded: rest.trailingZeroBitCount)
                let bits = word &>> start & (~0 as UInt64) &>> (63 &- end &+ start)
                block[count &+ index] = UInt32(
                    truncatingIfNeeded: bits & 0x7F | bits &>> 1 & 0x3F80 | bits &>> 2 & 0x1F_C000
                        | bits &>> 3 & 0xFE0_0000)
                start = end &+ 1
                rest &= rest &- 1
            }
            count &+= Int(truncatingIfNeeded: ((ends &>> 7) &* ones) &>> 56)
            advance((64 &- ends.leadingZeroBitCount) &>> 3)
        }
        return count
    }
}
