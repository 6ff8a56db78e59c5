/// Finds a token by its text: an open-addressing table with short texts in its slots.
struct TextIndex {
    /// Texts of at most so many bytes are compared in the slot itself.
    private static let inlineCount = 12
    /// A longer search means colliding texts that only a hostile document has.
    private static let maximumProbes = 512

    struct Slot {
        /// The first bytes of the text, zero-padded.
        var first: UInt64 = 0
        var second: UInt32 = 0
        /// The text's length, at most 255, in the high byte and the id in the others; 0 in a free slot.
        var packed: UInt32 = 0
    }

    let slots: UnsafeMutablePointer<Slot>
    let slotCount: UInt64
    /// A bit for each text, by its hash: most texts that are no token are told from a table small enough to stay in
    /// the cache.
    let filter: UnsafeMutablePointer<UInt64>
    /// The base-2 logarithm of the number of bits.
    let filterBits: UInt64
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
        let key = Key(text, entry.length)
        let bit = filterBit(key.hash)
        filter[bit >> 6] |= 1 << UInt64(bit & 63)
        var slot = self.slot(key.hash)
        var probes = 0
        while slots[slot].packed != 0 {
            if let known = match(slots[slot], key, text, entry.length) { return .repeats(known) }
            probes += 1
            guard probes < Self.maximumProbes else { return .collision }
            slot = next(slot)
        }
        slots[slot] = Slot(first: key.first, second: key.second, packed: key.length << 24 | id)
        return .done
    }

    /// The id of the token with this text.
    @inline(__always)
    func find(_ text: UnsafePointer<UInt8>, _ count: Int) -> TokenID? {
        guard count > 0, count <= longest else { return nil }
        let key = Key(text, count)
        let bit = filterBit(key.hash)
        guard filter[bit >> 6] >> UInt64(bit & 63) & 1 == 1 else { return nil }
        var slot = self.slot(key.hash)
        while true {
            let found = slots[slot]
            if found.packed == 0 { return nil }
            if let id = match(found, key, text, count) { return id }
            slot = next(slot)
        }
    }

    /// What slots hold of a text, and a hash of all of it.
    private struct Key {
        var first: UInt64 = 0
        var second: UInt32 = 0
        var length: UInt32
        var hash: UInt64

        @inline(__always)
        init(_ text: UnsafePointer<UInt8>, _ count: Int) {
            let raw = UnsafeRawPointer(text)
            length = UInt32(truncatingIfNeeded: min(count, 255))
            if count >= 8 {
                first = raw.loadUnaligned(as: UInt64.self).littleEndian
                // The last eight bytes hold what is behind the first ones, and perhaps some of those again.
                let last = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self).littleEndian
                if count <= inlineCount {
                    second =
                        count == 8
                        ? 0
                        : UInt32(truncatingIfNeeded: last >> UInt64(truncatingIfNeeded: 8 * (16 - count)))
                } else {
                    second = raw.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian
                }
                hash = Self.fold(first ^ UInt64(truncatingIfNeeded: count)) ^ last
                var position = 8
                while position + 8 < count {
                    let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
                    hash = Self.fold(hash ^ word)
                    position += 8
                }
            } else {
                if count >= 4 {
                    let low = UInt64(raw.loadUnaligned(as: UInt32.self).littleEndian)
                    let high = UInt64(
                        raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self).littleEndian)
                    first = low | high << UInt64(truncatingIfNeeded: 8 * (count - 4))
                } else {
                    first = UInt64(text[0]) | UInt64(text[count >> 1]) << UInt64(8 * (count >> 1))
                    first |= UInt64(text[count - 1]) << UInt64(8 * (count - 1))
                }
                hash = first ^ UInt64(truncatingIfNeeded: count) << 56
            }
            hash = Self.fold(hash)
        }

        @inline(__always)
        private static func fold(_ value: UInt64) -> UInt64 {
            let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            return product.high ^ product.low
        }
    }

    @inline(__always)
    private func match(
        _ slot: Slot, _ key: Key, _ text: UnsafePointer<UInt8>, _ count: Int
    ) -> TokenID? {
        guard slot.first == key.first, slot.second == key.second, slot.packed >> 24 == key.length else {
            return nil
        }
        let id = slot.packed & 0xFF_FFFF
        return count <= Self.inlineCount || equals(id, text, count) ? id : nil
    }

    /// Whether a token has this text.
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

    @inline(__always)
    private func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: ((hash >> 32) &* slotCount) >> 32) }

    @inline(__always)
    private func next(_ slot: Int) -> Int { slot &+ 1 == Int(truncatingIfNeeded: slotCount) ? 0 : slot &+ 1 }

    @inline(__always)
    private func filterBit(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash & (1 &<< filterBits &- 1))
    }
}
