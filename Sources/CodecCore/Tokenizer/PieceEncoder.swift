/// Byte-pair encoding of one piece at a time, with scratch memory and a cache that live from piece to piece.
struct PieceEncoder: ~Copyable {
    /// Up to so many symbols the next merge is found by looking at all of them; beyond, by a heap.
    private static let scanLimit = 64

    private let vocabulary: Vocabulary
    private let index: TokenIndex.Table
    private let merges: MergeTable.Table
    private let entries: UnsafeMutablePointer<TokenEntry>
    /// The ids of the 256 single bytes; `absent` where the vocabulary has none.
    private let byteIDs: UnsafeMutablePointer<TokenID>
    private static let absent = TokenID.max

    private let cache = PieceCache()
    private var symbols = TokenBuffer(capacity: scanLimit + 1)
    private let pending = UnsafeMutablePointer<MergeTable.Merge>.allocate(capacity: scanLimit + 1)
    private var long = LongPieceMerger()
    /// The ids so far.
    var output = TokenBuffer(capacity: 256)
    /// Bytes that were left out because the vocabulary has no token for them (spec §7).
    private(set) var droppedBytes = 0

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        index = vocabulary.index.table
        merges = vocabulary.merges.table
        entries = vocabulary.entries
        byteIDs = .allocate(capacity: 256)
        for byte in 0..<256 {
            let id = vocabulary.byteIDs[byte]
            byteIDs[byte] = id >= 0 ? TokenID(id) : Self.absent
        }
    }

    deinit {
        byteIDs.deallocate()
        pending.deallocate()
    }

    mutating func reset() {
        output.removeAll()
        droppedBytes = 0
    }

    /// Appends the ids of a piece: a whole vocabulary entry where that is what merging gives, else the
    /// result of merging.
    /// - Parameter readable: how many bytes may be read from `text` on; at least `count`.
    @inline(__always)
    mutating func encode(_ text: UnsafePointer<UInt8>, _ count: Int, readable: Int) {
        guard count <= PieceCache.longestPiece else { return encodeUncached(text, count) }
        let key = PieceCache.Key(text, count, readable: readable)
        let slot = cache.slot(of: key, count)
        if cache.find(key, count, at: slot, into: &output) { return }
        let start = output.count
        let dropped = droppedBytes
        encodeUncached(text, count)
        if droppedBytes == dropped {
            cache.insert(key, count, at: slot, output.base + start, output.count - start)
        }
    }

    private mutating func encodeUncached(_ text: UnsafePointer<UInt8>, _ count: Int) {
        if let id = index.find(text, count), entries[Int(id)].traits.contains(.wholePiece) {
            output.append(id)
        } else {
            merge(text, count)
        }
    }

    /// Appends the result of merging a byte_level piece's bytes.
    mutating func merge(_ text: UnsafePointer<UInt8>, _ count: Int) {
        symbols.removeAll()
        symbols.reserve(count)
        for position in 0..<count {
            let id = byteIDs[Int(text[position])]
            if id != Self.absent { symbols.append(id) } else { droppedBytes += 1 }
        }
        mergeSymbols()
    }

    /// Appends the result of merging given symbols.
    mutating func merge(symbols given: [TokenID]) {
        symbols.removeAll()
        given.withUnsafeBufferPointer { given in
            if let base = given.baseAddress { symbols.append(base, given.count) }
        }
        mergeSymbols()
    }

    private mutating func mergeSymbols() {
        if symbols.count > Self.scanLimit {
            long.merge(symbols.base, symbols.count, merges, into: &output)
        } else {
            let count = mergeByScanning(symbols.base, symbols.count)
            output.append(symbols.base, count)
        }
    }

    /// Lowest rank first, leftmost first (spec §7). Returns how many symbols are left.
    private func mergeByScanning(_ symbols: UnsafeMutablePointer<TokenID>, _ symbolCount: Int) -> Int {
        var count = symbolCount
        guard count > 1 else { return count }
        let merges = self.merges
        let pending = self.pending
        for index in 0..<count - 1 { pending[index] = merges.find(symbols[index], symbols[index + 1]) }
        while count > 1 {
            var best = MergeTable.none
            var at = 0
            // Ranks differ for different pairs, so equal values are equal pairs: the first stays.
            for index in 0..<count - 1 where pending[index] < best {
                best = pending[index]
                at = index
            }
            if best == MergeTable.none { break }
            symbols[at] = TokenID(truncatingIfNeeded: best)
            count -= 1
            var index = at + 1
            while index < count {
                symbols[index] = symbols[index + 1]
                pending[index - 1] = pending[index]
                index += 1
            }
            if at + 1 < count { pending[at] = merges.find(symbols[at], symbols[at + 1]) }
            if at > 0 { pending[at - 1] = merges.find(symbols[at - 1], symbols[at]) }
        }
        return count
    }
}
