/// Canonical decompositions, compositions and combining classes (Unicode 16.0), as UAX #15 uses them.
///
/// Hangul syllables follow a rule and are not in the tables.
struct Canonical {
    /// What the tables know of one scalar. 0 for most: a starter that is never changed by what stands before it.
    struct Properties {
        let rawValue: UInt32

        /// The canonical combining class.
        var combiningClass: UInt32 { rawValue & 0xFF }
        /// It is not in composed text (NFC_QC=No), or what stands before it may take it in (Maybe).
        var mayChange: Bool { rawValue & 0x300 != 0 }
        /// Normalized text before it stays as it is, and it stays as it is whatever stands before it.
        var startsAfresh: Bool { rawValue & 0x3FF == 0 }
        /// Where its decomposition is in the table of pairs, from 1; 0 if it has none.
        fileprivate var pair: Int { Int(rawValue >> 10) }

        fileprivate static let no: UInt32 = 1 << 8
        fileprivate static let maybe: UInt32 = 1 << 9
    }

    private typealias Pair = (scalar: UInt32, first: UInt32, second: UInt32, composes: Bool)

    private static let limit = 0x30000
    private static let blockBits = 7
    private static let blockSize = 1 << blockBits
    private static let slotBits = 11

    /// The block of each 128 scalars; equal to 0 where no scalar has a property.
    private let blocks: UnsafeMutablePointer<UInt8>
    private let properties: UnsafeMutablePointer<UInt32>
    private let pairs: UnsafeMutablePointer<Pair>
    /// Pairs that compose, by their two scalars: indices of `pairs` from 1, in an open-addressing table.
    private let slots: UnsafeMutablePointer<UInt16>
    /// By byte: whether no character that begins with it has a property, so that it can be skipped unread.
    let isInert: UnsafeMutablePointer<Bool>

    /// Made once, never freed.
    nonisolated(unsafe) static let tables = Canonical()

    @inline(__always)
    func properties(of scalar: UInt32) -> Properties {
        guard scalar < Self.limit else { return Properties(rawValue: 0) }
        let block = Int(blocks[Int(scalar >> UInt32(Self.blockBits))])
        return Properties(rawValue: properties[block << Self.blockBits | Int(scalar) & (Self.blockSize - 1)])
    }

    /// One step of a scalar's decomposition; `second` is nil where it becomes one scalar.
    @inline(__always)
    func decomposition(of scalar: UInt32) -> (first: UInt32, second: UInt32?)? {
        if let syllable = Hangul.decomposition(of: scalar) { return (syllable.first, syllable.second) }
        let index = properties(of: scalar).pair
        guard index > 0 else { return nil }
        let pair = pairs[index - 1]
        return (pair.first, pair.second == 0 ? nil : pair.second)
    }

    /// The scalar that two compose to.
    @inline(__always)
    func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
        if let syllable = Hangul.composition(of: first, second) { return syllable }
        var slot = Self.slot(first, second)
        while slots[slot] != 0 {
            let pair = pairs[Int(slots[slot]) - 1]
            if pair.first == first, pair.second == second { return pair.scalar }
            slot = (slot + 1) & (1 << Self.slotBits - 1)
        }
        return nil
    }

    private static func slot(_ first: UInt32, _ second: UInt32) -> Int {
        let key = UInt64(first) << 32 | UInt64(second)
        return Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - slotBits))
    }

    private init() {
        let pairs = Self.readPairs()
        self.pairs = .allocate(capacity: pairs.count)
        slots = .allocate(capacity: 1 << Self.slotBits)
        slots.initialize(repeating: 0, count: 1 << Self.slotBits)
        var flat = Self.readClasses()
        for (index, pair) in pairs.enumerated() {
            (self.pairs + index).initialize(to: pair)
            flat[Int(pair.scalar)] |= UInt32(index + 1) << 10
            guard pair.composes else {
                flat[Int(pair.scalar)] |= Properties.no
                continue
            }
            flat[Int(pair.second)] |= Properties.maybe
            var slot = Self.slot(pair.first, pair.second)
            while slots[slot] != 0 { slot = (slot + 1) & (1 << Self.slotBits - 1) }
            slots[slot] = UInt16(index + 1)
        }
        for scalar in Hangul.trailing { flat[Int(scalar)] |= Properties.maybe }
        Self.spreadMaybe(pairs, &flat)

        isInert = .allocate(capacity: 256)
        isInert.initialize(repeating: true, count: 256)
        blocks = .allocate(capacity: Self.limit >> Self.blockBits)
        // The properties of Unicode 16 lie in fewer than 200 blocks; a block number is a byte.
        properties = .allocate(capacity: 256 << Self.blockBits)
        properties.initialize(repeating: 0, count: 256 << Self.blockBits)
        var used = 0
        for block in 0..<Self.limit >> Self.blockBits {
            let range = block << Self.blockBits..<(block + 1) << Self.blockBits
            guard used < 255, flat[range].contains(where: { $0 != 0 }) else {
                blocks[block] = 0
                continue
            }
            used += 1
            blocks[block] = UInt8(used)
            for scalar in range {
                properties[used << Self.blockBits | scalar & (Self.blockSize - 1)] = flat[scalar]
                if !Properties(rawValue: flat[scalar]).startsAfresh {
                    isInert[Int(Self.leadByte(scalar))] = false
                }
            }
        }
    }

    private static func leadByte(_ scalar: Int) -> UInt8 {
        let byte =
            scalar < 0x80
            ? scalar
            : scalar < 0x800
                ? 0xC0 | scalar >> 6
                : scalar < 0x10000 ? 0xE0 | scalar >> 12 : 0xF0 | scalar >> 18
        return UInt8(truncatingIfNeeded: byte)
    }

    private static func readClasses() -> [UInt32] {
        var flat = [UInt32](repeating: 0, count: limit)
        var numbers = LetteredNumbers(classRuns)
        var end = 0
        while let gap = numbers.next(), let combiningClass = numbers.next(), let length = numbers.next() {
            let start = end + gap.number
            end = start + length.number
            for scalar in start..<end { flat[scalar] = UInt32(combiningClass.number) }
        }
        return flat
    }

    private static func readPairs() -> [Pair] {
        var pairs: [Pair] = []
        var numbers = LetteredNumbers(decompositions)
        var scalar = 0
        while let distance = numbers.next(), let first = numbers.next() {
            scalar += distance.number
            var second = 0
            if first.letter != 0x53 { second = numbers.next()?.number ?? 0 }  // S
            pairs.append((UInt32(scalar), UInt32(first.number), UInt32(second), first.letter == 0x43))  // C
        }
        return pairs
    }

    /// A scalar whose decomposition begins with one that may be taken in may be taken in itself.
    private static func spreadMaybe(_ pairs: [Pair], _ flat: inout [UInt32]) {
        var isStable = false
        while !isStable {
            isStable = true
            for pair in pairs where flat[Int(pair.first)] & Properties.maybe != 0 {
                if flat[Int(pair.scalar)] & Properties.maybe == 0 { isStable = false }
                flat[Int(pair.scalar)] |= Properties.maybe
            }
        }
    }
}
