/// The ids of short pieces met before: direct-mapped, of fixed size, a newer piece replacing an older one.
struct PieceCache: ~Copyable {
    /// Longer pieces are not kept …
    static let longestPiece = 23
    /// … nor pieces of more ids.
    static let mostIDs = 9
    private static let slotCount = 1 << 14

    /// A piece's bytes, zero-padded, in a form that compares in three steps.
    struct Key {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0

        /// The key of 1 to 23 bytes. `readable`: how many bytes may be read from `text` on.
        @inline(__always)
        init(_ text: UnsafePointer<UInt8>, _ count: Int, readable: Int) {
            let raw = UnsafeRawPointer(text)
            if readable >= 24 {
                first = raw.loadUnaligned(as: UInt64.self).littleEndian
                if count <= 8 {
                    first &= UInt64.max >> UInt64(64 - 8 * count)
                    return
                }
                second = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
                if count <= 16 {
                    second &= UInt64.max >> UInt64(128 - 8 * count)
                    return
                }
                third = raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
                third &= UInt64.max >> UInt64(192 - 8 * count)
            } else {
                for index in 0..<count {
                    let byte = UInt64(text[index]) << UInt64(8 * (index & 7))
                    if index < 8 {
                        first |= byte
                    } else if index < 16 {
                        second |= byte
                    } else {
                        third |= byte
                    }
                }
            }
        }
    }

    /// One cache line.
    private struct Slot {
        var key: (UInt64, UInt64, UInt64) = (0, 0, 0)
        /// The piece's length in the high half, the number of ids in the low half; 0 in a free slot.
        var counts: UInt32 = 0
        var ids: (TokenID, TokenID, TokenID, TokenID, TokenID, TokenID, TokenID, TokenID, TokenID) = (
            0, 0, 0, 0, 0, 0, 0, 0, 0
        )
    }

    private let slots: UnsafeMutablePointer<Slot>

    init() {
        slots = .allocate(capacity: Self.slotCount)
        slots.initialize(repeating: Slot(), count: Self.slotCount)
    }

    deinit {
        slots.deallocate()
    }

    @inline(__always)
    func slot(of key: Key, _ count: Int) -> Int {
        let mixed =
            key.first ^ key.second &* 0x9E37_79B9_7F4A_7C15 ^ key.third &* 0xC2B2_AE3D_27D4_EB4F
            ^ UInt64(truncatingIfNeeded: count) << 56
        let product = mixed.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: product.high ^ product.low) & (Self.slotCount - 1)
    }

    /// Appends the ids of the piece if they are in its slot.
    @inline(__always)
    func find(_ key: Key, _ count: Int, at index: Int, into output: inout TokenBuffer) -> Bool {
        let slot = slots + index
        let counts = slot.pointee.counts
        guard counts >> 16 == UInt32(truncatingIfNeeded: count), slot.pointee.key.0 == key.first,
            slot.pointee.key.1 == key.second, slot.pointee.key.2 == key.third
        else { return false }
        output.reserve(Self.mostIDs)
        let target = UnsafeMutableRawPointer(output.base + output.count)
        target.storeBytes(of: slot.pointee.ids, as: type(of: slot.pointee.ids))
        output.advance(Int(counts & 0xFFFF))
        return true
    }

    /// Keeps a piece's ids, if they are few enough.
    func insert(_ key: Key, _ count: Int, at index: Int, _ ids: UnsafePointer<TokenID>, _ idCount: Int) {
        guard idCount <= Self.mostIDs else { return }
        let slot = slots + index
        slot.pointee.key = (key.first, key.second, key.third)
        slot.pointee.counts = UInt32(truncatingIfNeeded: count << 16 | idCount)
        withUnsafeMutableBytes(of: &slot.pointee.ids) { target in
            target.copyMemory(
                from: UnsafeRawBufferPointer(start: ids, count: idCount * MemoryLayout<TokenID>.stride))
        }
    }
}
