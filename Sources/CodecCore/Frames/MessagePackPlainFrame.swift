// The short ways: what writers write nearly always, read with few branches. Anything else goes the long way, which
// reads the same from the same bytes.

extension ByteCursor {
    /// Reads a frame that is written the way every writer writes `{"ids": [up to 15], "done": false}` and has
    /// wholly come. False, with nothing read, for any other.
    mutating func readPlainMessagePackFrame(into frame: inout TokenFrame, _ limits: FrameLimits) -> Bool {
        // Map of two, string of three, "ids", array of up to 15; two bytes of the ids are not looked at yet.
        guard let head = peek(UInt64.self), head >> 20 == 0x82_A369_6473_9 else { return false }
        let count = Int(truncatingIfNeeded: head >> 16 & 0x0F)
        guard count <= limits.ids, limits.frameBytes >= 96 else { return false }
        setMark()
        advance(6)
        // String of four, "done", false.
        if count == 0 || messagePackShortIDs(atMost: count, to: &frame.ids) == count,
            let text = peek(UInt32.self), text == 0xA464_6F6E,
            let rest = peek(UInt16.self, ahead: 4), rest == 0x65C2
        {
            advance(6)
            return true
        }
        frame.ids.removeAll(keepingCapacity: true)
        rewind()
        return false
    }

    /// Appends ids that are written in their smallest form, up to 5 bytes each, and returns how many: as many as
    /// `limit` and the bytes that have come allow, and no more than a block.
    mutating func messagePackShortIDs(atMost limit: Int, to ids: inout [TokenID]) -> Int {
        withUnsafeTemporaryAllocation(of: TokenID.self, capacity: 64) { block in
            var count = 0
            while count < min(limit, 64), let (id, size) = peekMessagePackShortID() {
                block[count] = id
                count &+= 1
                advance(size)
            }
            if count == 1 { ids.append(block[0]) } else { ids.append(contentsOf: block[..<count]) }
            return count
        }
    }

    /// An id in its smallest form and how many bytes it takes. (In a frame four more bytes always follow an id.)
    @inline(__always)
    private func peekMessagePackShortID() -> (TokenID, Int)? {
        guard let word = peek(UInt32.self) else { return nil }
        switch word >> 24 {
        case 0...0x7F: return (word >> 24, 1)
        case 0xCC: return (word >> 16 & 0xFF, 2)
        case 0xCD: return (word >> 8 & 0xFFFF, 3)
        case 0xCE:
            guard let id = peek(UInt32.self, ahead: 1) else { return nil }
            return (id, 5)
        default: return nil
        }
    }
}
