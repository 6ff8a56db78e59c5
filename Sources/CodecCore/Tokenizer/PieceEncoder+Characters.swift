// Vocabularies whose tokens spell characters: metaspace and plain.

extension PieceEncoder {
    /// Appends the ids of a stretch of text between special tokens. Symbols that match always are found first.
    ///
    /// - Parameter isEnd: The stretch ends at `end`; otherwise more may follow, and only what no continuation can
    ///   change is encoded.
    /// - Returns: where what was encoded ends.
    @discardableResult
    mutating func encodeCharacters(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isEnd: Bool = true
    ) -> Int {
        let end = isEnd ? end : end - incompleteTailLength(text, start, end)
        var position = start
        while !symbols.isEmpty {
            switch symbols.find(text, position, end, isWhole: isEnd) {
            case .match(let symbol):
                encodeRun(text, position, symbol.start, isEnd: true)
                output.append(symbol.id)
                position = symbol.end
                continue
            case .undecided(let start):
                return encodeRun(text, position, start, isEnd: false)
            case .nothing: break
            }
            break
        }
        return encodeRun(text, position, end, isEnd: isEnd)
    }

    /// Nothing splits such a text but what its vocabulary shows: where no token has these two characters side by
    /// side, no merge crosses, and the parts can be encoded alone.
    @discardableResult
    private mutating func encodeRun(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isEnd: Bool
    ) -> Int {
        // Unknown characters in a row are one unknown token, wherever they stand.
        let isCut = tables.byteIDs[0] != TokenID.max || vocabulary.unknownID == nil
        var pieceStart = start
        while pieceStart < end {
            let (length, _, last) = character(text, pieceStart, end)
            let next = isCut ? joinedEnd(text, pieceStart + length, end, after: last) : end
            // What follows may join the last piece.
            if next == end, !isEnd { break }
            encode(text + pieceStart, next - pieceStart, readable: end - pieceStart)
            pieceStart = next
        }
        return pieceStart
    }

    /// The first place from `start` on where a character begins that no token has behind the one before.
    /// - Parameter previous: the last byte of the character before `start`.
    @inline(__always)
    private func joinedEnd(
        _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, after previous: UInt8
    ) -> Int {
        var previous = previous
        var position = start
        while position < end {
            let (length, first, last) = character(text, position, end)
            let bit = Int(previous) << 8 | Int(first)
            guard tables.joins[bit >> 5] >> UInt32(bit & 31) & 1 == 1 else { return position }
            previous = last
            position += length
        }
        return end
    }

    /// The length of a character, and its first and last byte in tokens' texts, where `▁` is a space.
    @inline(__always)
    private func character(
        _ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int
    ) -> (length: Int, first: UInt8, last: UInt8) {
        let first = text[position]
        if first < 0x80 { return (1, first, first) }
        if vocabulary.encoder == .metaspace, isMetaspace(text, position, end) { return (3, 0x20, 0x20) }
        let length = readScalar(text, position, end).length
        return (length, first, text[position + length - 1])
    }

    /// Appends what the characters of a piece merge to.
    mutating func mergeCharacters(_ text: UnsafePointer<UInt8>, _ count: Int) {
        var position = 0
        var isAfterUnknown = false
        let space: UInt8 = 0x20
        let hasSpace =
            vocabulary.encoder == .metaspace
            && withUnsafePointer(to: space) { tables.index.find($0, 1) != nil }
        merging.removeAll(keepingCapacity: true)
        while position < count {
            let length = readScalar(text, position, count).length
            if hasSpace, isMetaspace(text, position, count) {
                merging.append(space)
                isAfterUnknown = false
            } else if tables.index.find(text + position, length) != nil {
                merging.append(contentsOf: UnsafeBufferPointer(start: text + position, count: length))
                isAfterUnknown = false
            } else {
                mergeRun()
                if tables.byteIDs[0] != TokenID.max {
                    for offset in 0..<length { output.append(tables.byteIDs[Int(text[position + offset])]) }
                } else if let unknownID = vocabulary.unknownID {
                    if !isAfterUnknown { output.append(unknownID) }
                    isAfterUnknown = true
                } else {
                    droppedBytes += length
                }
            }
            position += length
        }
        mergeRun()
    }

    /// Appends what `merging` merges to, and empties it.
    private mutating func mergeRun() {
        defer { merging.removeAll(keepingCapacity: true) }
        guard merging.count <= SymbolMerger.capacity else { return mergeLong() }
        var symbols = 0
        var previous: (byte: UInt8, id: TokenID) = (0, 0)
        merging.withUnsafeBufferPointer { characters in
            guard let text = characters.baseAddress else { return }
            var position = 0
            while position < characters.count {
                let length = readScalar(text, position, characters.count).length
                let id = tables.index.find(text + position, length) ?? 0
                short.symbols[symbols] = id
                if symbols > 0 {
                    short.pending[symbols - 1] =
                        previous.byte | text[position] < 0x80
                        ? tables.merges.bytePairs[Int(previous.byte) << 8 | Int(text[position])]
                        : tables.merges.find(previous.id, id)
                }
                previous = (text[position], id)
                symbols += 1
                position += length
            }
        }
        if symbols > 0 { short.merge(symbols, into: &output) }
    }
}

/// Whether `▁` (U+2581, E2 96 81) stands here.
@inline(__always)
func isMetaspace(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> Bool {
    text[position] == 0xE2 && position + 2 < end && text[position + 1] == 0x96 && text[position + 2] == 0x81
}
