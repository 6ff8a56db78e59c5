/// Encodes one piece at a time, with scratch memory and a cache that live from piece to piece.
struct PieceEncoder: ~Copyable {
    let vocabulary: Vocabulary
    let tables: VocabularyTables
    private let cache = PieceCache()
    private let longCache = LongPieceCache()
    let short: SymbolMerger
    private var long: LongPieceEncoder
    /// What is found before merging where tokens spell characters: SentencePiece's user-defined symbols.
    let symbols: SpecialTokenMatcher
    /// A piece's characters that have tokens, as they are merged.
    var merging: [UInt8] = []
    /// The ids so far.
    var output = TokenBuffer(capacity: 256)
    /// Bytes that were left out because the vocabulary has no token for them (spec §7).
    var droppedBytes = 0

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        tables = vocabulary.tables
        short = SymbolMerger(tables.merges)
        long = LongPieceEncoder(tables)
        symbols = SpecialTokenMatcher(vocabulary.symbols)
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
        guard count <= PieceCache.longestPiece else { return encodeLong(text, count) }
        let key = cache.key(text, count, readable: readable)
        let slot = key.slot
        if cache.find(key, at: slot, into: &output) { return }
        encodeAnew(text, count, key, slot)
    }

    @inline(never)
    private mutating func encodeAnew(
        _ text: UnsafePointer<UInt8>, _ count: Int, _ key: PieceCache.Key, _ slot: Int
    ) {
        let start = output.count
        let dropped = droppedBytes
        encodeUncached(text, count)
        if droppedBytes == dropped {
            cache.insert(key, at: slot, output.base + start, output.count - start)
        }
    }

    private mutating func encodeLong(_ text: UnsafePointer<UInt8>, _ count: Int) {
        guard count <= LongPieceCache.longestPiece else { return encodeUncached(text, count) }
        let (isFound, slot) = longCache.find(text, count, into: &output)
        if isFound { return }
        let start = output.count
        let dropped = droppedBytes
        encodeUncached(text, count)
        if droppedBytes == dropped {
            longCache.insert(count, at: slot, output.base + start, output.count - start)
        }
    }

    private mutating func encodeUncached(_ text: UnsafePointer<UInt8>, _ count: Int) {
        if let id = tables.index.find(text, count), tables.entries[Int(id)].traits.contains(.wholePiece) {
            output.append(id)
        } else if vocabulary.encoder == .byteLevel {
            mergeBytes(text, count)
        } else {
            mergeCharacters(text, count)
        }
    }

    /// Appends what the bytes of a byte_level piece merge to.
    private mutating func mergeBytes(_ text: UnsafePointer<UInt8>, _ count: Int) {
        guard count > SymbolMerger.capacity else {
            var symbols = 0
            var previous = 0
            for position in 0..<count {
                let byte = Int(text[position])
                let id = tables.byteIDs[byte]
                if id == TokenID.max {
                    droppedBytes += 1
                    continue
                }
                short.symbols[symbols] = id
                if symbols > 0 { short.pending[symbols - 1] = tables.merges.bytePairs[previous << 8 | byte] }
                previous = byte
                symbols += 1
            }
            if symbols > 0 { short.merge(symbols, into: &output) }
            return
        }
        merging.removeAll(keepingCapacity: true)
        for position in 0..<count {
            if tables.byteIDs[Int(text[position])] == TokenID.max {
                droppedBytes += 1
            } else {
                merging.append(text[position])
            }
        }
        mergeLong()
    }

    /// Appends what `merging` merges to, each character of which is a token.
    mutating func mergeLong() {
        var merging: [UInt8] = []
        swap(&merging, &self.merging)
        merging.withUnsafeBufferPointer { text in
            guard let base = text.baseAddress, text.count > 0 else { return }
            long.encode(base, text.count, into: &output)
        }
        swap(&merging, &self.merging)
    }
}
