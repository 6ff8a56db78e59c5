/// Encodes a long piece in time linear in its length, for vocabularies whose merges join tokens of lower ranks only.
///
/// There is exactly one way to write a text as tokens of which no two neighbours would have merged across their
/// border, and it is what merging gives. So it is looked for from the left: always the longest token that stays
/// apart from the one before, stepping back where no token does. A place that had to be left is never tried again,
/// since the tokens up to it would be the same. (The definition and the proof are those of byte-pair encoding
/// as in "github/rust-gems", crate bpe.)
struct LongPieceEncoder: ~Copyable {
    private let tables: VocabularyTables
    /// Bit p: no encoding goes through place p.
    private var dead: [UInt64] = []

    init(_ tables: VocabularyTables) {
        self.tables = tables
    }

    /// Appends the ids of a piece, every character of which is a token.
    ///
    /// - Returns: false, with `output` as it was, if there is no such encoding.
    mutating func encode(
        _ text: UnsafePointer<UInt8>, _ count: Int, into output: inout TokenBuffer
    ) -> Bool {
        let tables = self.tables
        let mark = output.count
        var last = TokenID.max
        var position = 0
        dead.removeAll(keepingCapacity: true)
        dead.append(contentsOf: repeatElement(0, count: count / 64 + 1))
        return dead.withUnsafeMutableBufferPointer { [tables] dead in
            var limit = count
            while position < count {
                let (id, length) = Self.longestToken(tables, text + position, atMost: limit)
                if length > 0 {
                    let end = position + length
                    limit = length - 1
                    guard dead[end >> 6] >> UInt64(end & 63) & 1 == 0,
                        last == TokenID.max || tables.merges.staysApart(last, id)
                    else { continue }
                    output.append(id)
                    last = id
                    position = end
                    limit = count - position
                } else {
                    guard output.count > mark else { return false }
                    dead[position >> 6] |= 1 << UInt64(position & 63)
                    let length = tables.entries[Int(last)].length
                    output.removeLast(1)
                    position -= length
                    limit = length - 1
                    last = output.count > mark ? output.base[output.count - 1] : TokenID.max
                }
            }
            return true
        }
    }

    /// The longest token of at most so many bytes that the text begins with and that merging can make; length 0 for none.
    @inline(__always)
    private static func longestToken(
        _ tables: VocabularyTables, _ text: UnsafePointer<UInt8>, atMost limit: Int
    ) -> (id: TokenID, length: Int) {
        guard limit > 0 else { return (0, 0) }
        let lengths = tables.lengths(text, atMost: limit)
        var length = min(limit, tables.longestText)
        while length > 0 {
            if length < 64 {
                // Those of the lengths that are not above this one.
                let candidates = lengths & ~1 & (UInt64.max >> UInt64(63 - length))
                guard candidates != 0 else { return (0, 0) }
                length = 63 - candidates.leadingZeroBitCount
            } else if lengths & 1 == 0 {
                length = 63
                continue
            }
            if let id = tables.index.find(text, length), tables.isMade(id) { return (id, length) }
            length -= 1
        }
        return (0, 0)
    }
}
