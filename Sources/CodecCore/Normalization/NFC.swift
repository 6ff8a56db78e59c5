/// Unicode's canonical composition (NFC) of UTF-8 bytes: UAX #15, Unicode 16.0.
///
/// Bytes that are not well-formed UTF-8 stay as they are, and nothing composes across them. Linear on any input.
///
/// Other tokenizers have older tables. All code points that make a difference were unassigned then. Unicode 14
/// (Python 3.11) lacks the compositions U+105C9, U+105E4, U+11383, U+11385, U+1138E, U+11391, U+113C5, U+113C7,
/// U+113C8, U+16121 to U+16128 and U+16D68 to U+16D6A, and the classes of the marks U+0897, U+10D69 to U+10D6D,
/// U+10EFD to U+10EFF, U+113CE to U+113D0, U+11F41, U+11F42, U+1612F, U+1E08F, U+1E4EC to U+1E4EF, U+1E5EE and
/// U+1E5EF. Unicode 9 (Hugging Face `tokenizers` 0.23) lacks these, U+11938, and the classes of 98 marks more.
enum NFC {
    /// The normalized bytes of `start..<end`; nil where they are normalized already, as in most texts.
    static func normalized(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> [UInt8]? {
        let tables = Canonical.tables
        var changes: Changes?
        var position = start
        // The combining class of the scalar before.
        var before: UInt32 = 0
        while let next = skipInert(text, position, end, tables) {
            if next > position { before = 0 }
            position = next
            let (scalar, length) = readNonASCII(text, position, end)
            // A malformed byte has the properties of U+FFFD: none.
            let properties = tables.properties(of: scalar)
            let combiningClass = properties.combiningClass
            if !properties.mayChange, combiningClass == 0 || combiningClass >= before {
                before = combiningClass
                position += length
                continue
            }
            let boundary = lastBoundary(text, start, position, tables)
            position = nextBoundary(text, position + length, end, tables)
            before = 0
            if changes == nil { changes = Changes(start, end) }
            changes?.compose(text, boundary, position)
        }
        return changes?.finish(text, end)
    }

    /// Up to where the NFC of a text is the same whatever follows its end: a position in `start...end` that
    /// cuts the text in two which can be normalized apart.
    static func settledEnd(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        lastBoundary(text, start, end - incompleteTailLength(text, start, end), Canonical.tables)
    }

    /// The first byte that is worth reading: neither ASCII nor of a character that nothing happens to.
    @inline(__always)
    private static func skipInert(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ tables: Canonical
    ) -> Int? {
        let raw = UnsafeRawPointer(text)
        var position = start
        while position < end {
            if text[position] < 0x80 {
                while position + 16 <= end {
                    let words = raw.loadUnaligned(fromByteOffset: position, as: SIMD2<UInt64>.self)
                    if (words.x | words.y) & 0x8080_8080_8080_8080 != 0 { break }
                    position += 16
                }
                while position < end, text[position] < 0x80 { position += 1 }
            }
            while position < end, text[position] >= 0x80 {
                guard tables.isInert[Int(text[position])] else { return position }
                position += 1
            }
        }
        return nil
    }

    /// Reads as `readScalar` does, with what is most frequent first.
    @inline(__always)
    private static func readNonASCII(
        _ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int
    ) -> (scalar: UInt32, length: Int) {
        let first = text[position]
        if first < 0xE0, first >= 0xC2, position + 1 < end, text[position + 1] & 0xC0 == 0x80 {
            return (UInt32(first & 0x1F) << 6 | UInt32(text[position + 1] & 0x3F), 2)
        }
        return readScalar(text, position, end)
    }

    /// The start of the last character in `start..<end` that starts afresh, or the end of the last malformed
    /// byte if that is later; `start` if there is neither.
    private static func lastBoundary(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ tables: Canonical
    ) -> Int {
        var position = end
        while position > start {
            var length = 1
            while length < 4, length < position - start, text[position - length] & 0xC0 == 0x80 {
                length += 1
            }
            let (scalar, found) = readScalar(text, position - length, position)
            guard found == length, scalar != 0xFFFD || length == 3 else { return position }
            position -= length
            if tables.properties(of: scalar).startsAfresh { return position }
        }
        return start
    }

    /// The start of the first character from `start` on that starts afresh; a malformed byte counts as one.
    private static func nextBoundary(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ tables: Canonical
    ) -> Int {
        var position = start
        while position < end {
            let (scalar, length) = readScalar(text, position, end)
            if tables.properties(of: scalar).startsAfresh { break }
            position += length
        }
        return position
    }

    /// The text so far, where it differs from the original.
    private struct Changes {
        /// Up to where the original is in `output`.
        private var copied: Int
        private var output: [UInt8] = []
        private var composed: [UInt8] = []
        private var composer = CanonicalComposer()

        private let length: Int

        init(_ start: Int, _ end: Int) {
            copied = start
            length = end - start
        }

        mutating func compose(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
            let original = UnsafeBufferPointer(start: text + start, count: end - start)
            composed.removeAll(keepingCapacity: true)
            composer.compose(text, start, end, into: &composed)
            guard !composed.elementsEqual(original) else { return }
            // Composing rarely makes a text longer.
            if output.isEmpty { output.reserveCapacity(length) }
            output += UnsafeBufferPointer(start: text + copied, count: start - copied)
            output += composed
            copied = end
        }

        /// Nil if nothing was changed.
        consuming func finish(_ text: UnsafePointer<UInt8>, _ end: Int) -> [UInt8]? {
            if output.isEmpty { return nil }
            output += UnsafeBufferPointer(start: text + copied, count: end - copied)
            return output
        }
    }
}
