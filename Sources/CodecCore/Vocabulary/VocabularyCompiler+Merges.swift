extension VocabularyCompiler {
    /// Reads the merges, finds out which of them can ever happen, and marks what follows from that.
    ///
    /// Inside a stretch of text whose two borders no merge crosses, merging goes as if the stretch stood alone.
    /// A token therefore comes about in one way only: by the last merge of its own text's merging. That merge is
    /// the token's rank; others with the same result never happen.
    mutating func addMerges() throws(VocabularyError) {
        var records = try resolveMerges()
        markFirstSymbols()
        for (rank, record) in records.enumerated() where try insert(record, rank) == .repeats {
            records[rank].isRepeat = true
        }
        var useless = 0
        var late: [Int] = []
        for (rank, record) in records.enumerated() {
            switch use(of: record, rank) {
            case .makesItsToken: setOrigin(record, rank)
            case .none: useless += 1
            case .joinsLaterTokens: late.append(rank)
            }
        }
        for rank in late {
            let merged = records[rank].merged
            if origin(of: merged).time == 0, isLastMerge(rank, of: merged) { tables.setNotMonotone() }
        }
        if tables.isMonotone, useless + late.count > 0 {
            tables.merges.removeAll()
            for (rank, record) in records.enumerated() where isUseful(record, rank) {
                _ = try insert(record, rank)
            }
        }
        for (rank, record) in records.enumerated() where isUseful(record, rank) || !tables.isMonotone && !record.isRepeat {
            addBytePair(record, rank)
        }
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

    private func origin(of id: TokenID) -> MergeTable.Origin { tables.merges.origins[Int(id)] }

    /// The time of a merge: `MergeTable.Origin.time`.
    private func time(_ rank: Int) -> UInt32 { UInt32(truncatingIfNeeded: rank + 1) }

    private func isUseful(_ record: MergeRecord, _ rank: Int) -> Bool {
        origin(of: record.merged).time == time(rank)
    }

    private enum Use { case makesItsToken, joinsLaterTokens, none }

    /// What a merge is good for, once all merges of lower ranks have been asked.
    private func use(of record: MergeRecord, _ rank: Int) -> Use {
        guard !record.isRepeat else { return .none }
        guard tables.isMade(record.left), tables.isMade(record.right) else { return .joinsLaterTokens }
        guard origin(of: record.merged).time == 0,
            tables.merges.partsStayApart(record.left, record.right, until: time(rank))
        else { return .none }
        return .makesItsToken
    }

    private func setOrigin(_ record: MergeRecord, _ rank: Int) {
        tables.merges.origins[Int(record.merged)] = MergeTable.Origin(
            time: time(rank), left: record.left, right: record.right)
        tables.entries[Int(record.merged)].insert(.made)
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
        return mergesToItself(merged, &merger) && merger.lastMerge >> 32 == UInt64(rank)
    }

    private func mergesToItself(_ id: TokenID, _ merger: inout HeapMerger) -> Bool {
        let entry = tables.entries[Int(id)]
        var symbols = TokenBuffer(capacity: entry.length)
        guard appendSymbols(tables.texts + Int(entry.offset), entry.length, &symbols) else { return false }
        var ids = TokenBuffer(capacity: 16)
        merger.merge(symbols.base, symbols.count, tables.merges, into: &ids)
        return ids.count == 1 && ids.base[0] == id
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
        var merger = HeapMerger()
        for id in 0..<TokenID(tables.idLimit) {
            let entry = tables.entries[Int(id)]
            guard entry.traits.contains(.indexed), !entry.traits.contains(.special), entry.length > 0 else {
                continue
            }
            if takesAll || (tables.isMonotone ? tables.isMade(id) : mergesToItself(id, &merger)) {
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
        /// An earlier line has the same pair.
        var isRepeat = false
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
