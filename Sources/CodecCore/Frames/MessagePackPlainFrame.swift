extension ByteCursor {
    /// Reads a frame that is written the way every writer writes `{"ids": [up to 15], "done": false}` and has
    /// wholly come: nearly all frames of a stream. False, with nothing read, for any other.
    mutating func readPlainMessagePackFrame(into frame: inout TokenFrame, _ limits: FrameLimits) -> Bool {
        // Map of two, string of three, "ids", array of up to 15; two bytes of the ids are not looked at yet.
        guard let head = peek(UInt64.self), head >> 20 == 0x82_A369_6473_9 else { return false }
        let count = Int(truncatingIfNeeded: head >> 16 & 0x0F)
        guard count <= limits.ids, limits.frameBytes >= 96 else { return false }
        var ahead = 6
        for _ in 0..<count {
            guard let (id, size) = peekMessagePackID(ahead: ahead) else {
                frame.ids.removeAll(keepingCapacity: true)
                return false
            }
            frame.ids.append(id)
            ahead &+= size
        }
        // String of four, "done", false.
        guard let text = peek(UInt32.self, ahead: ahead), text == 0xA464_6F6E,
            let rest = peek(UInt16.self, ahead: ahead &+ 4), rest == 0x65C2
        else {
            frame.ids.removeAll(keepingCapacity: true)
            return false
        }
        return skip(atMost: ahead &+ 6) > 0
    }

    /// An id in its smallest form and how many bytes it takes; nil for anything else. (Four more bytes are always
    /// there after an id in a whole frame.)
    @inline(__always)
    private func peekMessagePackID(ahead: Int) -> (TokenID, Int)? {
        guard let word = peek(UInt32.self, ahead: ahead) else { return nil }
        switch word >> 24 {
        case 0...0x7F: return (word >> 24, 1)
        case 0xCC: return (word >> 16 & 0xFF, 2)
        case 0xCD: return (word >> 8 & 0xFFFF, 3)
        case 0xCE:
            guard let id = peek(UInt32.self, ahead: ahead &+ 1) else { return nil }
            return (id, 5)
        default: return nil
        }
    }
}
