// The short ways, as in MessagePackPlainFrame.swift.

extension ByteCursor {
    /// Reads a frame that is nothing but packed ids of less than 128 bytes and has wholly come. False, with nothing
    /// read, for any other.
    mutating func readPlainProtobufFrame(into frame: inout TokenFrame, _ limits: FrameLimits) -> Bool {
        // Length, tag of the packed ids, their length.
        guard let length = peek(UInt32.self), length > 2, length < 130,
            let head = peek(UInt16.self, ahead: 4),
            UInt32(head) == 0x0A00 | (length &- 2)
        else { return false }
        let size = Int(truncatingIfNeeded: length)
        guard size <= limits.frameBytes, size <= limits.ids, available >= size &+ 4 else { return false }
        setMark()
        let end = position &+ size &+ 4
        advance(6)
        while position < end {
            guard protobufShortIDs(upTo: end, to: &frame.ids) > 0 else { break }
        }
        if position == end { return true }
        frame.ids.removeAll(keepingCapacity: true)
        rewind()
        return false
    }

    /// Appends ids that begin before `limit` and take up to 4 bytes each, and returns how many: as many as the bytes
    /// allow, and no more than a block.
    mutating func protobufShortIDs(upTo limit: Int, to ids: inout [TokenID]) -> Int {
        withUnsafeTemporaryAllocation(of: TokenID.self, capacity: 64) { block in
            var count = 0
            while count < 64, position < limit, let (id, size) = peekShortVarint() {
                block[count] = id
                count &+= 1
                advance(size)
            }
            if count == 1 { ids.append(block[0]) } else { ids.append(contentsOf: block[..<count]) }
            return count
        }
    }

    /// A varint of up to 4 bytes and how many it takes; nil for a longer one, or near the end.
    @inline(__always)
    func peekShortVarint() -> (TokenID, Int)? {
        guard let word = peek(UInt32.self)?.byteSwapped else { return nil }
        let low = word & 0x7F
        if word & 0x80 == 0 { return (low, 1) }
        let second = low | word >> 1 & 0x3F80
        if word & 0x8000 == 0 { return (second, 2) }
        let third = second | word >> 2 & 0x1F_C000
        if word & 0x80_0000 == 0 { return (third, 3) }
        if word & 0x8000_0000 == 0 { return (third | word >> 3 & 0xFE0_0000, 4) }
        return nil
    }
}
