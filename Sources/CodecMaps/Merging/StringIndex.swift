internal import CodecCore

/// Finds byte strings of a table: open addressing with a seeded hash, so that nobody can make strings that
/// collide.
struct StringIndex {
    private struct Slot {
        /// Half of the string's hash.
        var tag: UInt32
        /// The string's number + 1; 0 = empty.
        var number: UInt32
        var start: UInt32
        var count: UInt32
    }

    private let bytes: [UInt8]
    private var slots: [Slot]
    private let mask: Int
    /// The number of the first string that occurred before.
    private(set) var firstRepeat: Int?

    /// - Parameter strings: at most 4 GiB of text; of equal strings the first is found.
    init(_ strings: StringTable) {
        var capacity = 16
        while capacity < strings.count * 2 { capacity *= 2 }
        mask = capacity - 1
        bytes = strings.bytes
        slots = [Slot](repeating: Slot(tag: 0, number: 0, start: 0, count: 0), count: capacity)
        bytes.withUnsafeBytes { bytes in
            for number in 0..<strings.count {
                let range = strings.range(number)
                let string = UnsafeRawBufferPointer(rebasing: bytes[range])
                let (slot, tag) = self.slot(of: string, bytes)
                if slots[slot].number > 0 {
                    if firstRepeat == nil { firstRepeat = number }
                    continue
                }
                slots[slot] = Slot(
                    tag: tag, number: UInt32(truncatingIfNeeded: number + 1),
                    start: UInt32(truncatingIfNeeded: range.lowerBound),
                    count: UInt32(truncatingIfNeeded: range.count))
            }
        }
    }

    /// The number of the string with these bytes.
    func find(_ string: UnsafeRawBufferPointer) -> Int? {
        let slot = bytes.withUnsafeBytes { self.slot(of: string, $0).slot }
        return slots[slot].number > 0 ? Int(slots[slot].number) - 1 : nil
    }

    func find(_ string: some Sequence<UInt8>) -> Int? {
        Array(string).withUnsafeBytes { find($0) }
    }

    /// The slot where the string is, or would be.
    private func slot(
        of string: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer
    ) -> (slot: Int, tag: UInt32) {
        var hasher = Hasher()
        hasher.combine(bytes: string)
        let hash = hasher.finalize()
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = hash & mask
        while slots[slot].number > 0 {
            let found = slots[slot]
            if found.tag == tag, Int(found.count) == string.count,
                bytes[Int(found.start)..<Int(found.start) + string.count].elementsEqual(string)
            {
                break
            }
            slot = (slot + 1) & mask
        }
        return (slot, tag)
    }
}
