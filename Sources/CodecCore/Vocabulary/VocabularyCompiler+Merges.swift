extension VocabularyCompiler {
    /// Reads the merges, finds out which of them can ever happen, and marks what follows from that.
    ///
    /// Inside a stretch of text whose two borders no merge crosses, merging goes as if the stretch stood alone.
    /// A token therefore comes about in one way only: by the last merge of its own text's merging: its origin. Other
    /// merges with the same result never happen, and are dropped.
    func addMerges() throws(VocabularyError) {
        let records = try resolveMerges()
        markFirstSymbols()
        var late: [Int] = []
        var isUseful = [Bool](repeating: false, count: records.count)
        var isRepeat = isUseful
        for (rank, record) in records.enumerated() { isRepeat[rank] = try insert(record, rank) == .repeats }
        for (rank, record) in records.enumerated() where !isRepeat[rank] {
            if tables.isMade(record.left), tables.isMade(record.right) {
                isUseful[rank] = setOrigin(record, rank)
            } else {
                late.append(rank)
            }
        }
        // Parts are shorter than what they make, so that they are known by then.
        late.sort { length(of: records[$0]) < length(of: records[$1]) }
        for rank in late {
            let record = records[rank]
            guard tables.isMade(record.left), tables.isMade(record.right) else { continue }
            isUseful[rank] = setOrigin(record, rank)
        }
        if isUseful.contains(false) {
            tables.merges.removeAll()
            for (rank, record) in records.enumerated() where isUseful[rank] { _ = try insert(record, rank) }
        }
        for (rank, record) in records.enumerated() where isUseful[rank] { addBytePair(record, rank) }
    }

    private func insert(
        _ record: MergeRecord, _ rank: Int
    ) throws(VocabularyError) -> MergeTable.Insertion {
        let insertion = tables.merges.insert(
            record.left, record.right, rank: UInt32(truncatingIfNeeded: rank), merged: record.merged)
        guard insertion != .collision else {
            throw VocabularyError(field: "merges", reason: "pairs collide beyond reason")
        }
        return insertion
    }

    private func length(of record: MergeRecord) -> Int { tables.entries[Int(record.merged)].length }

    /// Notes a merge of two made tokens as the one that makes its token, if it is; returns whether it is.
    private func setOrigin(_ record: MergeRecord, _ rank: Int) -> Bool {
        let origins = tables.merges.origins
        let merged = Int(record.merged)
        guard origins[merged].time == 0,
            tables.merges.partsStayApart(record.left, record.right) ?? isLastMerge(rank, of: record.merged)
        else { return false }
        let time = max(
            UInt32(truncatingIfNeeded: rank + 1), origins[Int(record.left)].time,
            origins[Int(record.right)].time)
        origins[merged] = MergeTable.Origin(time: time, left: record.left, right: record.right)
        tables.entries[merged].insert(.made)
        return true
    }

    /// Merging starts from tokens of one byte (byte_level) or one character (else).
    private func markFirstSymbols() {
        for id in 0..<tables.idLimit {
            let entry = tables.entries[id]
            guard entry.traits.contains(.indexed), entry.length > 0, entry.length <= 4 else { continue }
            let first =
                definition.encoder == .byteLevel
                ? 1 : readScalar(tables.texts + Int(entry.offset), 0, entry.length).length
            if first == entry.length { tables.entries[id].insert(.made) }
        }
    }

    /// Whether merging the merged token's own text ends with this merge; goes through the merging itself.
    private func isLastMerge(_ rank: Int, of merged: TokenID) -> Bool {
        var merger = HeapMerger()
        let entry = tables.entries[Int(merged)]
        var symbols = TokenBuffer(capacity: entry.length)
        guard appendSymbols(tables.texts + Int(entry.offset), entry.length, &symbols) else { return false }
        var ids = TokenBuffer(capacity: 16)
        merger.merge(symbols.base, symbols.count, tables.merges, into: &ids)
        return ids.count == 1 && ids.base[0] == merged && merger.lastMerge >> 32 == UInt64(rank)
    }

    /// The symbols that merging a token's text starts from; false where a character has none.
    private func appendSymbols(
        _ text: UnsafePointer<UInt8>, _ count: Int, _ symbols: inout TokenBuffer
    ) -> Bool {
        var position = 0
        while position < count {
            let length = definition.encoder == .byteLevel ? 1 : readScalar(text, position, count).length
            guard let id = tables.index.find(text + position, length) else { return false }
            symbols.append(id)
            position += length
        }
        return count > 0
    }

    /// Marks the tokens that their own text, as a piece, encodes to.
    func markWholePieces() {
        let takesAll = definition.encoder == .byteLevel && definition.takesWholePieces
        for id in 0..<TokenID(tables.idLimit) {
            let entry = tables.entries[Int(id)]
            guard entry.traits.contains(.indexed), !entry.traits.contains(.special), entry.length > 0 else {
                continue
            }
            if takesAll || tables.isMade(id) {
                tables.entries[Int(id)].insert(.wholePiece)
            }
        }
    }

    /// Notes which characters stand side by side inside tokens, where tokens spell characters.
    func markJoins() {
        guard definition.encoder != .byteLevel else { return }
        for id in 0..<tables.idLimit {
            let entry = tables.entries[id]
            guard entry.traits.contains(.indexed), entry.length > 1 else { continue }
            let text = tables.texts + Int(entry.offset)
            var position = readScalar(text, 0, entry.length).length
            while position < entry.length {
                let bit = Int(text[position - 1]) << 8 | Int(text[position])
                tables.joins[bit >> 5] |= 1 << UInt32(bit & 31)
                position += readScalar(text, position, entry.length).length
            }
        }
    }

    /// A line of the merges.
    struct MergeRecord {
        var left: TokenID
        var right: TokenID
        var merged: TokenID
    }

    private func resolveMerges() throws(VocabularyError) -> [MergeRecord] {
        var records: [MergeRecord] = []
        records.reserveCapacity(definition.merges.count)
        let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: definition.merges.longest + 16)
        defer { scratch.deallocate() }
        var guess: TokenID = 0
        for line in 0..<definition.merges.count {
            let range = definition.merges.range(line)
            let found: MergeLookup = definition.merges.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return .malformed }
                return lookUp(base, range, scratch, guess)
            }
            switch found {
            case .tokens(let record):
                records.append(record)
                guess = record.merged + 1
            case .malformed:
                throw VocabularyError(
                    field: "merges",
                    reason: "line " + decimal(line) + " is not two tokens with one space between")
            case .absent:
                throw VocabularyError(
                    field: "merges", reason: "line " + decimal(line) + " names a token that vocab has not")
            }
        }
        return records
    }

    private enum MergeLookup {
        case tokens(MergeRecord)
        case malformed, absent
    }

    /// - Parameter guess: the id that the merged token may well have: in most vocabularies ids follow ranks.
    private func lookUp(
        _ base: UnsafePointer<UInt8>, _ range: Range<Int>, _ scratch: UnsafeMutablePointer<UInt8>,
        _ guess: TokenID
    ) -> MergeLookup {
        var space = range.lowerBound
        while space < range.upperBound, base[space] != 0x20 { space += 1 }
        guard space > range.lowerBound, space + 1 < range.upperBound else { return .malformed }
        let leftCount = spell(base, range.lowerBound, space, into: scratch)
        guard leftCount > 0 else { return .absent }
        let rightCount = spell(base, space + 1, range.upperBound, into: scratch + leftCount)
        guard rightCount > 0 else { return .absent }
        let count = leftCount + rightCount
        guard let left = token(scratch, leftCount), let right = token(scratch + leftCount, rightCount) else {
            return .absent
        }
        if definition.encoder != .plain, guess < TokenID(tables.idLimit),
            tables.entries[Int(guess)].traits.contains(.indexed),
            tables.index.equals(guess, scratch, count)
        {
            return .tokens(MergeRecord(left: left, right: right, merged: guess))
        }
        guard let merged = tables.index.find(scratch, count) else { return .absent }
        return .tokens(MergeRecord(left: left, right: right, merged: merged))
    }

    @inline(__always)
    private func token(_ text: UnsafePointer<UInt8>, _ count: Int) -> TokenID? {
        if count == 1, definition.encoder == .byteLevel {
            let id = tables.byteIDs[Int(text[0])]
            return id == TokenID.max ? nil : id
        }
        return tables.index.find(text, count)
    }

    /// The text that a token in a merge stands for; -1 or 0 when it can be none.
    private func spell(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, into scratch: UnsafeMutablePointer<UInt8>
    ) -> Int {
        switch definition.encoder {
        case .byteLevel: return ByteAlphabet.decode(base, start, end, alphabet, into: scratch)
        case .metaspace: return Self.copyWithSpaces(base, start..<end, into: scratch)
        case .plain:
            scratch.update(from: base + start, count: end - start)
            return end - start
        }
    }

    private func addBytePair(_ record: MergeRecord, _ rank: Int) {
        let left = tables.entries[Int(record.left)]
        let right = tables.entries[Int(record.right)]
        guard left.length == 1, right.length == 1 else { return }
        let slot = Int(tables.texts[Int(left.offset)]) << 8 | Int(tables.texts[Int(right.offset)])
        let merge = UInt64(rank) << 32 | UInt64(record.merged)
        tables.merges.bytePairs[slot] = min(tables.merges.bytePairs[slot], merge)
    }
}
