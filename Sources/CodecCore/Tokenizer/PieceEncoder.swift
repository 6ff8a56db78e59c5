/// Byte-pair encoding of one piece at a time, with scratch memory that lives from piece to piece.
struct PieceEncoder: ~Copyable {
    /// Up to so many symbols the next merge is found by looking at all of them; beyond, by a heap.
    private static let scanLimit = 48

    private let vocabulary: Vocabulary
    private var symbols: [TokenID] = []
    private var pending: [MergeTable.Merge] = []
    private var long = LongPieceMerger()
    /// Bytes that were left out because the vocabulary has no token for them (spec §7).
    private(set) var droppedBytes = 0

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    /// Appends the ids of a piece: a whole vocabulary entry where that is what merging gives, else the
    /// result of merging.
    @inline(__always)
    mutating func encode(_ text: UnsafePointer<UInt8>, _ count: Int, into ids: inout [TokenID]) {
        if let id = vocabulary.index.find(text, count), vocabulary.entries[Int(id)].traits.contains(.wholePiece) {
            ids.append(id)
        } else {
            merge(text, count, into: &ids)
        }
    }

    /// Appends the result of merging a byte_level piece's bytes.
    mutating func merge(_ text: UnsafePointer<UInt8>, _ count: Int, into ids: inout [TokenID]) {
        symbols.removeAll(keepingCapacity: true)
        vocabulary.byteIDs.withUnsafeBufferPointer { byteIDs in
            for position in 0..<count {
                let id = byteIDs[Int(text[position])]
                if id >= 0 { symbols.append(TokenID(id)) } else { droppedBytes += 1 }
            }
        }
        mergeSymbols(into: &ids)
    }

    /// Appends the result of merging given symbols.
    mutating func merge(symbols given: [TokenID], into ids: inout [TokenID]) {
        symbols = given
        mergeSymbols(into: &ids)
    }

    private mutating func mergeSymbols(into ids: inout [TokenID]) {
        if symbols.count > Self.scanLimit {
            long.merge(symbols, vocabulary.merges, into: &ids)
        } else {
            mergeByScanning()
            ids += symbols
        }
    }

    /// Lowest rank first, leftmost first (spec §7).
    private mutating func mergeByScanning() {
        var count = symbols.count
        guard count > 1 else { return }
        let merges = vocabulary.merges
        pending.removeAll(keepingCapacity: true)
        for index in 0..<count - 1 { pending.append(merges.find(symbols[index], symbols[index + 1])) }
        symbols.withUnsafeMutableBufferPointer { symbols in
            pending.withUnsafeMutableBufferPointer { pending in
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
                    for index in at + 1..<max(count, at + 1) {
                        symbols[index] = symbols[index + 1]
                        pending[index - 1] = pending[index]
                    }
                    if at + 1 < count { pending[at] = merges.find(symbols[at], symbols[at + 1]) }
                    if at > 0 { pending[at - 1] = merges.find(symbols[at - 1], symbols[at]) }
                }
            }
        }
        symbols.removeLast(symbols.count - count)
    }
}
