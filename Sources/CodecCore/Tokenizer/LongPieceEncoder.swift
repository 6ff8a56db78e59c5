/// Encodes a long piece in time linear in its length.
///
/// There is exactly one way to write a text as tokens of which no two neighbours would have merged across their
/// border, and it is what merging gives. So it is looked for from the left: always the longest token that stays
/// apart from the one before, stepping back where no token does. A place that had to be left is never tried again,
/// since the tokens up to it would be the same. (For merges in the order of their tokens' ids this is the algorithm of
/// "github/rust-gems", crate bpe.)
struct LongPieceEncoder: ~Copyable {
    private static let pairBits: UInt64 = 12
    /// How many times each byte of a piece may be read, on average, in looking for tokens and comparing them.
    private static let readsPerByte = 1_024

    private let tables: VocabularyTables
    /// Bit p: no encoding goes through place p.
    private var dead: [UInt64] = []
    /// How many bytes were looked up and compared as tokens, for this piece.
    private var bytesRead = 0
    /// Pairs of tokens asked before, and in the lowest bit whether they stay apart. 0 in a free slot.
    private let pairs: UnsafeMutablePointer<UInt64>
    private var heap = HeapMerger()
    private var symbols = TokenBuffer(capacity: 64)
    private var merged = TokenBuffer(capacity: 16)

    init(_ tables: VocabularyTables) {
        self.tables = tables
        pairs = .allocate(capacity: 1 << Int(Self.pairBits))
        pairs.initialize(repeating: 0, count: 1 << Int(Self.pairBits))
    }

    deinit {
        pairs.deallocate()
    }

    /// Appends the ids of a piece, every character of which is a token.
    mutating func encode(
        _ text: UnsafePointer<UInt8>, _ count: Int, into output: inout TokenBuffer
    ) {
        guard tables.longestText < VocabularyTables.longLengthLimit else {
            return mergeAll(text, count, into: &output)
        }
        let mark = output.count
        bytesRead = 0
        let mostReads = (count + 64) * Self.readsPerByte
        var last = TokenID.max
        var position = 0
        var limit = count
        dead.removeAll(keepingCapacity: true)
        dead.append(contentsOf: repeatElement(0, count: count / 64 + 1))
        while position < count {
            // A vocabulary may be made so that many long tokens are tried at each place: merging is above that.
            guard bytesRead <= mostReads else {
                output.removeLast(output.count - mark)
                return mergeAll(text, count, into: &output)
            }
            let (id, length) = longestToken(text + position, atMost: limit)
            if length > 0 {
                let end = position + length
                limit = length - 1
                guard dead[end >> 6] >> UInt64(end & 63) & 1 == 0, last == TokenID.max || staysApart(last, id)
                else { continue }
                output.append(id)
                last = id
                position = end
                limit = count - position
            } else {
                // There is an encoding, so that the first token is never given up.
                guard output.count > mark else { return mergeAll(text, count, into: &output) }
                dead[position >> 6] |= 1 << UInt64(position & 63)
                let length = tables.entries[Int(last)].length
                output.removeLast(1)
                position -= length
                limit = length - 1
                last = output.count > mark ? output.base[output.count - 1] : TokenID.max
            }
        }
    }

    @inline(__always)
    private mutating func staysApart(_ left: TokenID, _ right: TokenID) -> Bool {
        let key = (UInt64(left) << 32 | UInt64(right) + 1) << 1
        let slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> (64 &- Self.pairBits))
        let known = pairs[slot]
        if known & ~1 == key { return known & 1 == 1 }
        // As many steps as this may be taken.
        bytesRead &+= tables.entries[Int(left)].length + tables.entries[Int(right)].length
        let answer = tables.merges.staysApart(left, right) ?? mergesApart(left, right)
        pairs[slot] = key | (answer ? 1 : 0)
        return answer
    }

    /// `staysApart` by merging.
    private mutating func mergesApart(_ left: TokenID, _ right: TokenID) -> Bool {
        merged.removeAll()
        symbols.removeAll()
        for id in [left, right] {
            let entry = tables.entries[Int(id)]
            appendSymbols(tables.texts + Int(entry.offset), entry.length)
        }
        heap.merge(symbols.base, symbols.count, tables.merges, into: &merged)
        return merged.count == 2 && merged.base[0] == left && merged.base[1] == right
    }

    private mutating func mergeAll(
        _ text: UnsafePointer<UInt8>, _ count: Int, into output: inout TokenBuffer
    ) {
        symbols.removeAll()
        appendSymbols(text, count)
        heap.merge(symbols.base, symbols.count, tables.merges, into: &output)
    }

    private mutating func appendSymbols(_ text: UnsafePointer<UInt8>, _ count: Int) {
        var position = 0
        while position < count {
            let length = tables.spellsBytes ? 1 : readScalar(text, position, count).length
            if let id = tables.index.find(text + position, length) { symbols.append(id) }
            position += length
        }
    }

    /// The longest token of at most so many bytes that the text begins with and that merging can make; length 0 for none.
    @inline(__always)
    private mutating func longestToken(
        _ text: UnsafePointer<UInt8>, atMost limit: Int
    ) -> (id: TokenID, length: Int) {
        guard limit > 0 else { return (0, 0) }
        let lengths = tables.lengths(text, atMost: limit)
        var length = min(limit, tables.longestText)
        while length > 0 {
            if length >= 64 { length = lengths & 1 == 0 ? 63 : tables.longLength(atMost: length) }
            if length < 64 {
                // Those of the lengths that are not above this one.
                let candidates = lengths & ~1 & (UInt64.max >> UInt64(63 - length))
                guard candidates != 0 else { return (0, 0) }
                length = 63 - candidates.leadingZeroBitCount
            }
            bytesRead &+= length
            if let id = tables.index.find(text, length), tables.isMade(id) { return (id, length) }
            length -= 1
        }
        return (0, 0)
    }
}
