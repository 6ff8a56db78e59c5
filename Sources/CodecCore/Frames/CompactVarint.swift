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
            // A byte of zero is a control, or ends a form that is longer than needed.
            guard (word &- ones) & ~word & highBits == 0 else { break }
            if (word & word &>> 8) & highBits == 0 {
                let ends = ~word & highBits
                let endsUpTo = (ends &>> 7) &* ones
                let endsBefore = endsUpTo &<< 8
                let evenValues = Self.shortVarints(last: word, first: word &<< 8)
                let oddValues = Self.shortVarints(last: word &>> 8, first: word)
                for index in 0 as UInt64..<8 {
                    // What does not end here is written over by what does.
                    let values = index & 1 == 0 ? evenValues : oddValues
                    let value = UInt32(truncatingIfNeeded: values &>> (16 &* (index &>> 1))) & 0xFFFF
                    block[count &+ Int(truncatingIfNeeded: endsBefore &>> (8 &* index) & 0xFF)] = value
                }
                count &+= Int(truncatingIfNeeded: endsUpTo &>> 56)
                advance((64 &- ends.leadingZeroBitCount) &>> 3)
            } else if let (value, size) = peekShortVarint() {
                block[count] = value
                count &+= 1
                advance(size)
            } else {
                break
            }
        }
        return count
    }

    /// Four varints of up to two bytes, in lanes of 16 bits, from the low byte of each lane of `last`, and the byte before
    /// it in `first`, which belongs to it if its high bit is set.
    @inline(__always)
    private static func shortVarints(last: UInt64, first: UInt64) -> UInt64 {
        let lowBits: UInt64 = 0x007F_007F_007F_007F
        let isLong = (first &>> 7 & 0x0001_0001_0001_0001) &* 0xFFFF
        let short = last & lowBits
        return short & ~isLong | (short &<< 7 | first & lowBits) & isLong
    }
}
