/// The ids of pieces met before that are too long for `PieceCache`: words of scripts with two or three bytes a
/// letter, long names, lines of ideographs. Direct-mapped, of fixed size.
struct LongPieceCache: ~Copyable {
    /// Longer pieces are not kept …
    static let longestPiece = 64
    /// … nor pieces of more ids.
    private static let mostIDs = 31
    private static let slotBits: UInt64 = 11
    private static let wordCount = 8

    private struct Slot {
        /// The piece's bytes, zero-padded.
        var key = InlineArray<8, UInt64>(repeating: 0)
        /// 0 in a free slot.
        var length: UInt16 = 0
        var count: UInt16 = 0
        var ids = InlineArray<31, TokenID>(repeating: 0)
    }

    private let slots: UnsafeMutablePointer<Slot>
    /// The piece that was asked for last, zero-padded.
    private let key: UnsafeMutablePointer<UInt64>

    init() {
        slots = .allocate(capacity: 1 << Int(Self.slotBits))
        slots.initialize(repeating: Slot(), count: 1 << Int(Self.slotBits))
        key = .allocate(capacity: Self.wordCount)
    }

    deinit {
        slots.deallocate()
        key.deallocate()
    }

    /// Appends the ids of a piece of at most 64 bytes if they are in its slot.
    /// - Returns: whether they are, and the slot, for `insert`.
    func find(
        _ text: UnsafePointer<UInt8>, _ count: Int, into output: inout TokenBuffer
    ) -> (isFound: Bool, slot: Int) {
        key.update(repeating: 0, count: Self.wordCount)
        UnsafeMutableRawPointer(key).copyMemory(from: text, byteCount: count)
        var sum = UInt64(truncatingIfNeeded: count)
        for index in 0..<Self.wordCount {
            sum = (sum ^ key[index]) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 32
        }
        let index = Int(truncatingIfNeeded: sum & (1 << Self.slotBits - 1))
        let slot = slots + index
        guard Int(slot.pointee.length) == count else { return (false, index) }
        var difference: UInt64 = 0
        for word in 0..<Self.wordCount { difference |= slot.pointee.key[word] ^ key[word] }
        guard difference == 0 else { return (false, index) }
        output.reserve(Self.mostIDs)
        let idCount = Int(slot.pointee.count)
        let target = output.base + output.count
        for id in 0..<min(idCount, Self.mostIDs) { target[id] = slot.pointee.ids[id] }
        output.advance(idCount)
        return (true, index)
    }

    /// Keeps the ids of the piece that was asked for last, if they are few enough.
    func insert(_ count: Int, at slot: Int, _ ids: UnsafePointer<TokenID>, _ idCount: Int) {
        guard idCount <= Self.mostIDs else { return }
        let slot = slots + slot
        for word in 0..<Self.wordCount { slot.pointee.key[word] = key[word] }
        slot.pointee.length = UInt16(truncatingIfNeeded: count)
        slot.pointee.count = UInt16(truncatingIfNeeded: idCount)
        for id in 0..<idCount { slot.pointee.ids[id] = ids[id] }
    }
}
