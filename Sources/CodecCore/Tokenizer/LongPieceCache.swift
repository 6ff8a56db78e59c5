/// The ids of pieces met before that are too long for `PieceCache`: words of scripts with two or three bytes a
/// letter, long names, lines of ideographs. Direct-mapped, of fixed size.
struct LongPieceCache: ~Copyable {
    /// Longer pieces are not kept …
    static let longestPiece = 64
    /// … nor pieces of more ids.
    private static let mostIDs = 30
    private static let slotBits: UInt64 = 11

    // A slot is three cache lines: the piece's bytes, zero-padded; its length (0 in a free slot) and the number of
    // its ids; the ids.
    private static let keyWords = 8
    private static let slotWords = 24

    private let slots: UnsafeMutablePointer<UInt64>
    /// The piece that was asked for last, zero-padded.
    private let key: UnsafeMutablePointer<UInt64>

    init() {
        slots = .allocate(capacity: Self.slotWords << Int(Self.slotBits))
        slots.initialize(repeating: 0, count: Self.slotWords << Int(Self.slotBits))
        key = .allocate(capacity: Self.keyWords)
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
        key.update(repeating: 0, count: Self.keyWords)
        UnsafeMutableRawPointer(key).copyMemory(from: text, byteCount: count)
        var sum = UInt64(truncatingIfNeeded: count)
        for index in 0..<Self.keyWords {
            sum = (sum ^ key[index]) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 32
        }
        let index = Int(truncatingIfNeeded: sum & (1 << Self.slotBits - 1))
        let slot = slots + index * Self.slotWords
        var difference = slot[Self.keyWords] >> 32 ^ UInt64(truncatingIfNeeded: count)
        for word in 0..<Self.keyWords { difference |= slot[word] ^ key[word] }
        guard difference == 0 else { return (false, index) }
        let idCount = Int(truncatingIfNeeded: slot[Self.keyWords] & 0xFFFF_FFFF)
        output.append(ids(of: slot), idCount)
        return (true, index)
    }

    /// Keeps the ids of the piece that was asked for last, if they are few enough.
    func insert(_ count: Int, at slot: Int, _ ids: UnsafePointer<TokenID>, _ idCount: Int) {
        guard idCount <= Self.mostIDs else { return }
        let slot = slots + slot * Self.slotWords
        slot.update(from: key, count: Self.keyWords)
        slot[Self.keyWords] =
            UInt64(truncatingIfNeeded: count) << 32 | UInt64(truncatingIfNeeded: idCount)
        self.ids(of: slot).update(from: ids, count: idCount)
    }

    private func ids(of slot: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<TokenID> {
        UnsafeMutableRawPointer(slot + Self.keyWords + 1).assumingMemoryBound(to: TokenID.self)
    }
}
