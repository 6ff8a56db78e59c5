/// The ids of short pieces met before: direct-mapped, of fixed size, a newer piece replacing an older one.
struct PieceCache: ~Copyable {
    /// Longer pieces are not kept …
    static let longestPiece = 23
    /// … nor pieces of more ids.
    static let mostIDs = 9
    private static let slotBits: UInt64 = 14

    /// A piece's bytes, zero-padded, with its length in the last byte.
    struct Key {
        var first: UInt64
        var second: UInt64
        var third: UInt64

        /// The key of 1 to 23 bytes. `readable`: how many bytes may be read from `text` on.
        @inline(__always)
        init(_ text: UnsafePointer<UInt8>, _ count: Int, readable: Int, _ masks: UnsafePointer<UInt64>) {
            let raw = UnsafeRawPointer(text)
            third = UInt64(truncatingIfNeeded: count) << 56
            if readable >= 24 {
                first = raw.loadUnaligned(as: UInt64.self).littleEndian & masks[count]
                second =
                    raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian & masks[count &- 8]
                if count > 16 {
                    third |=
                        raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
                        & masks[count &- 16]
                }
            } else {
                first = 0
                second = 0
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

        @inline(__always)
        var slot: Int {
            // The high bits of such a sum depend on all bits of all words.
            let sum =
                first &* 0x9E37_79B9_7F4A_7C15 &+ second &* 0xD6E8_FEB8_6659_FD93
                &+ third &* 0xC2B2_AE3D_27D4_EB4F
            return Int(truncatingIfNeeded: sum >> (64 &- slotBits))
        }
    }

    /// One cache line.
    private struct Slot {
        var first: UInt64 = 0
        var second: UInt64 = 0
        /// 0 in a free slot.
        var third: UInt64 = 0
        /// Nine ids, written and read as memory.
        var ids: (UInt64, UInt64, UInt64, UInt64, UInt32) = (0, 0, 0, 0, 0)
        var count: UInt32 = 0
    }

    private let slots: UnsafeMutablePointer<Slot>
    /// By a count from -16 to 24: the mask of so many low bytes of a word.
    private let maskStart: UnsafeMutablePointer<UInt64>

    init() {
        slots = .allocate(capacity: 1 << Int(Self.slotBits))
        slots.initialize(repeating: Slot(), count: 1 << Int(Self.slotBits))
        maskStart = .allocate(capacity: 41)
        for count in -16...24 {
            maskStart[count + 16] = count <= 0 ? 0 : count >= 8 ? .max : .max >> UInt64(64 - 8 * count)
        }
    }

    deinit {
        slots.deallocate()
        maskStart.deallocate()
    }

    @inline(__always)
    func key(_ text: UnsafePointer<UInt8>, _ count: Int, readable: Int) -> Key {
        Key(text, count, readable: readable, maskStart + 16)
    }

    /// Appends the ids of the piece if they are in its slot.
    @inline(__always)
    func find(_ key: Key, at index: Int, into output: inout TokenBuffer) -> Bool {
        let slot = slots + index
        let difference =
            (slot.pointee.first ^ key.first) | (slot.pointee.second ^ key.second)
            | (slot.pointee.third ^ key.third)
        guard difference == 0 else { return false }
        output.reserve(Self.mostIDs)
        let target = UnsafeMutableRawPointer(output.base + output.count)
        let count = slot.pointee.count
        target.storeBytes(of: slot.pointee.ids.0, as: UInt64.self)
        target.storeBytes(of: slot.pointee.ids.1, toByteOffset: 8, as: UInt64.self)
        if count > 4 {
            target.storeBytes(of: slot.pointee.ids.2, toByteOffset: 16, as: UInt64.self)
            target.storeBytes(of: slot.pointee.ids.3, toByteOffset: 24, as: UInt64.self)
            target.storeBytes(of: slot.pointee.ids.4, toByteOffset: 32, as: UInt32.self)
        }
        output.advance(Int(count))
        return true
    }

    /// Keeps a piece's ids, if they are few enough.
    func insert(_ key: Key, at index: Int, _ ids: UnsafePointer<TokenID>, _ idCount: Int) {
        guard idCount <= Self.mostIDs else { return }
        let slot = slots + index
        slot.pointee.first = key.first
        slot.pointee.second = key.second
        slot.pointee.third = key.third
        slot.pointee.count = UInt32(truncatingIfNeeded: idCount)
        withUnsafeMutableBytes(of: &slot.pointee.ids) { target in
            target.copyMemory(
                from: UnsafeRawBufferPointer(start: ids, count: idCount * MemoryLayout<TokenID>.stride))
        }
    }
}
