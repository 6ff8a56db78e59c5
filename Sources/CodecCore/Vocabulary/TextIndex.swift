/// Finds a token by its text: an open-addressing table of ids, four bytes a slot.
struct TextIndex {
    /// A longer search means colliding texts that only a hostile document has.
    static let maximumProbes = 512

    /// One more than an id in the high 24 bits, bits of its text's hash in the low eight; 0 in a free slot.
    let slots: UnsafeMutablePointer<UInt32>
    /// The base-2 logarithm of the number of slots.
    let bits: UInt64
    let entries: UnsafeMutablePointer<TokenEntry>
    let texts: UnsafeMutablePointer<UInt8>
    /// The longest text's length in bytes.
    let longest: Int

    enum Insertion: Equatable {
        case done, collision
        /// Another token has this text.
        case repeats(TokenID)
    }

    /// Makes a token findable whose entry and text are in place.
    func insert(_ id: TokenID) -> Insertion {
        let entry = entries[Int(id)]
        let text = texts + Int(entry.offset)
        let hash = Self.hash(text, entry.length)
        var slot = Int(truncatingIfNeeded: hash >> (64 &- bits))
        var probes = 0
        while slots[slot] != 0 {
            if slots[slot] & 0xFF == UInt32(truncatingIfNeeded: hash & 0xFF) {
                let known = TokenID(slots[slot] >> 8) - 1
                if equals(known, text, entry.length) { return .repeats(known) }
            }
            probes += 1
            guard probes < Self.maximumProbes else { return .collision }
            slot = (slot + 1) & mask
        }
        slots[slot] = (id + 1) << 8 | UInt32(truncatingIfNeeded: hash & 0xFF)
        return .done
    }

    /// The id of the token with this text.
    @inline(__always)
    func find(_ text: UnsafePointer<UInt8>, _ count: Int) -> TokenID? {
        guard count > 0, count <= longest else { return nil }
        let hash = Self.hash(text, count)
        var slot = Int(truncatingIfNeeded: hash >> (64 &- bits))
        while true {
            let found = slots[slot]
            if found == 0 { return nil }
            if found & 0xFF == UInt32(truncatingIfNeeded: hash & 0xFF) {
                let id = TokenID(found >> 8) &- 1
                if equals(id, text, count) { return id }
            }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private var mask: Int { 1 << Int(truncatingIfNeeded: bits) - 1 }

    @inline(__always)
    func equals(_ id: TokenID, _ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let entry = entries[Int(id)]
        guard entry.length == count else { return false }
        let known = UnsafeRawPointer(texts + Int(entry.offset))
        let text = UnsafeRawPointer(text)
        var position = 0
        while position + 8 <= count {
            if known.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                != text.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            {
                return false
            }
            position += 8
        }
        while position < count {
            if known.load(fromByteOffset: position, as: UInt8.self)
                != text.load(fromByteOffset: position, as: UInt8.self)
            {
                return false
            }
            position += 1
        }
        return true
    }

    /// A 64-bit hash of the bytes: eight at a time through a multiply-and-fold.
    @inline(__always)
    private static func hash(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(text)
        var state = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)
        var position = 0
        while position + 8 <= count {
            state = fold(state ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        var tail: UInt64 = 0
        if count - position >= 4 {
            tail = UInt64(raw.loadUnaligned(fromByteOffset: position, as: UInt32.self)) << 24
            position += 4
        }
        while position < count {
            tail = tail << 8 | UInt64(raw.load(fromByteOffset: position, as: UInt8.self))
            position += 1
        }
        return fold(state ^ tail)
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
