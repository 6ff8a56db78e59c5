/// Finds a token by its bytes: an open-addressing table over one buffer of all token bytes.
///
/// Immutable once made.
final class TokenIndex: @unchecked Sendable {
    /// A longer search means colliding strings that only a hostile document has.
    static let maximumProbes = 512

    /// The searching half: plain memory without reference counts.
    let table: Table

    struct Slot {
        /// High bits of the string's hash; 0 in a free slot only together with `length` 0.
        var tag: UInt32
        var length: UInt32
        var offset: UInt32
        var id: TokenID
    }

    /// - Parameter allowsRepeats: Of equal strings the first is found; otherwise they are an error.
    /// - Throws: when a string occurs twice, or more than 512 strings collide.
    init(_ strings: StringTable, ids: [TokenID], allowsRepeats: Bool = false) throws(VocabularyError) {
        let byteCount = strings.bytes.count
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCount + 16)
        var capacity = 16
        while capacity < strings.count * 2 { capacity *= 2 }
        let mask = capacity - 1
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        slots.initialize(repeating: Slot(tag: 0, length: 0, offset: 0, id: 0), count: capacity)
        let longest = (0..<strings.count).reduce(0) { max($0, strings.range($1).count) }
        table = Table(bytes: bytes, slots: slots, mask: mask, longest: longest)
        bytes.initialize(repeating: 0, count: byteCount + 16)
        strings.bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { bytes.update(from: base, count: source.count) }
        }
        guard UInt64(byteCount) < UInt64(UInt32.max) else {
            throw VocabularyError(field: "vocab", reason: "more than 4 GiB of token text")
        }
        for index in 0..<min(strings.count, ids.count) {
            let range = strings.range(index)
            guard !range.isEmpty else { continue }
            let hash = Table.hash(bytes + range.lowerBound, range.count)
            var slot = Int(truncatingIfNeeded: hash) & mask
            var probes = 0
            var isRepeat = false
            while slots[slot].length != 0 {
                isRepeat =
                    slots[slot].tag == UInt32(truncatingIfNeeded: hash >> 32)
                    && table.equal(slots[slot], bytes + range.lowerBound, range.count)
                if isRepeat { break }
                probes += 1
                guard probes < Self.maximumProbes else {
                    throw VocabularyError(field: "vocab", reason: "token texts collide beyond reason")
                }
                slot = (slot + 1) & mask
            }
            if isRepeat {
                guard allowsRepeats else { throw Self.repeated(slots[slot].id, ids[index]) }
                continue
            }
            slots[slot] = Slot(
                tag: UInt32(truncatingIfNeeded: hash >> 32), length: UInt32(range.count),
                offset: UInt32(range.lowerBound), id: ids[index])
        }
    }

    private static func repeated(_ first: TokenID, _ second: TokenID) -> VocabularyError {
        VocabularyError(
            field: "vocab",
            reason: "ids " + decimal(Int(first)) + " and " + decimal(Int(second)) + " spell the same token")
    }

    deinit {
        table.bytes.deallocate()
        table.slots.deallocate()
    }

    struct Table {
        /// All strings, one after another.
        fileprivate let bytes: UnsafeMutablePointer<UInt8>
        fileprivate let slots: UnsafeMutablePointer<Slot>
        fileprivate let mask: Int
        fileprivate let longest: Int

        /// The id of the token with these bytes.
        @inline(__always)
        func find(_ text: UnsafePointer<UInt8>, _ count: Int) -> TokenID? {
            guard count > 0, count <= longest else { return nil }
            let hash = Self.hash(text, count)
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot].length != 0 {
                if slots[slot].tag == UInt32(truncatingIfNeeded: hash >> 32), equal(slots[slot], text, count)
                {
                    return slots[slot].id
                }
                slot = (slot + 1) & mask
            }
            return nil
        }

        @inline(__always)
        fileprivate func equal(_ slot: Slot, _ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
            guard Int(slot.length) == count else { return false }
            let known = UnsafeRawPointer(bytes + Int(slot.offset))
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
        fileprivate static func hash(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
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
}
