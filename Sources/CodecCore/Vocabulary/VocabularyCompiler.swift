/// Fills the tables of a vocabulary from its definition.
struct VocabularyCompiler: ~Copyable {
    let definition: VocabularyDefinition
    var tables: VocabularyTables
    /// `ByteAlphabet.bytes`.
    let alphabet: UnsafeMutablePointer<Int16>

    /// - Throws: `VocabularyError` naming the field that cannot be right.
    static func compile(_ definition: VocabularyDefinition) throws(VocabularyError) -> VocabularyTables {
        var compiler = try VocabularyCompiler(definition)
        try compiler.addTexts()
        try compiler.indexTexts()
        try compiler.findByteIDs()
        try compiler.addMerges()
        compiler.markWholePieces()
        compiler.markJoins()
        return compiler.tables
    }

    private init(_ definition: VocabularyDefinition) throws(VocabularyError) {
        self.definition = definition
        let idLimit = try Self.idLimit(definition)
        guard definition.merges.count <= MergeTable.maximumCount else {
            throw VocabularyError(field: "merges", reason: "more than 16,777,215 merges")
        }
        var textCount = definition.tokens.bytes.count
        for special in definition.specialTokens { textCount += special.name.utf8.count }
        // A byte token takes its byte, however it is spelled.
        if definition.byteFallbackStart != nil { textCount += 256 }
        guard textCount < 1 << 30 else {
            throw VocabularyError(field: "vocab", reason: "more than 1 GiB of token text")
        }
        tables = VocabularyTables(
            spellsBytes: definition.encoder == .byteLevel, idLimit: idLimit,
            tokenCount: definition.tokens.count, mergeCount: definition.merges.count,
            textCount: textCount)
        alphabet = .allocate(capacity: ByteAlphabet.bytes.count)
        alphabet.initialize(from: ByteAlphabet.bytes, count: ByteAlphabet.bytes.count)
    }

    deinit {
        alphabet.deallocate()
    }

    private static func idLimit(_ definition: VocabularyDefinition) throws(VocabularyError) -> Int {
        guard definition.tokens.count == definition.tokenIDs.count else {
            throw VocabularyError(field: "vocab", reason: "as many ids as tokens are needed")
        }
        var largest: TokenID = 0
        for id in definition.tokenIDs { largest = max(largest, id) }
        guard largest < Vocabulary.maximumID else { throw tooLarge("vocab", largest) }
        for special in definition.specialTokens {
            guard special.id < Vocabulary.maximumID else { throw tooLarge("special_tokens", special.id) }
            largest = max(largest, special.id)
        }
        return Int(largest) + 1
    }

    private static func tooLarge(_ field: String, _ id: TokenID) -> VocabularyError {
        VocabularyError(
            field: field,
            reason: "id " + decimal(id) + " is not below " + decimal(Vocabulary.maximumID))
    }

    // MARK: Texts

    private mutating func addTexts() throws(VocabularyError) {
        let entries = tables.entries
        var end = 0
        var longest = 1
        for index in 0..<definition.tokens.count {
            let id = Int(definition.tokenIDs[index])
            guard !entries[id].traits.contains(.known) else {
                throw VocabularyError(field: "vocab", reason: "id " + decimal(id) + " occurs twice")
            }
            let length = addText(index, id, at: end)
            guard length <= TokenEntry.maximumLength else {
                throw VocabularyError(field: "vocab", reason: "a token is longer than 16 MiB")
            }
            longest = max(longest, length)
            end += length
        }
        for special in definition.specialTokens {
            let id = Int(special.id)
            guard !entries[id].traits.contains(.special) else {
                throw VocabularyError(field: "special_tokens", reason: "id " + decimal(id) + " occurs twice")
            }
            let known = entries[id]
            let length = copyName(of: special, at: end)
            var traits: Vocabulary.Traits = [.known, .special]
            if special.flags.contains(.visible) { traits.insert(.visible) }
            // Merging goes by the vocabulary: that a token is special too changes nothing there.
            if known.traits.contains(.indexed), tables.index.equals(TokenID(id), tables.texts + end, length) {
                traits.insert(.indexed)
            }
            addEntry(id, at: end, length, traits)
            longest = max(longest, length)
            end += length
        }
        tables.finishTexts(count: end, longest: longest)
    }

    /// Adds the text of token `index`; returns its length.
    private func addText(_ index: Int, _ id: Int, at end: Int) -> Int {
        let range = definition.tokens.range(index)
        let target = tables.texts + end
        if let start = definition.byteFallbackStart, id >= Int(start), id - Int(start) < 256 {
            target.pointee = UInt8(truncatingIfNeeded: id - Int(start))
            addEntry(id, at: end, 1, .known)
            return 1
        }
        var traits: Vocabulary.Traits = [.known, .indexed]
        let length = definition.tokens.bytes.withUnsafeBufferPointer { bytes -> Int in
            guard let base = bytes.baseAddress, !range.isEmpty else { return 0 }
            switch definition.encoder {
            case .byteLevel:
                let decoded = ByteAlphabet.decode(
                    base, range.lowerBound, range.upperBound, alphabet, into: target)
                if decoded >= 0 { return decoded }
                // A token outside the alphabet stands for its own text, and no text encodes to it.
                traits.remove(.indexed)
            case .metaspace:
                // Texts have `▁` for every space, so that no text encodes to a token with a space.
                if range.contains(where: { base[$0] == 0x20 }) { traits.remove(.indexed) }
                return Self.copyWithSpaces(base, range, into: target)
            case .plain: break
            }
            target.update(from: base + range.lowerBound, count: range.count)
            return range.count
        }
        addEntry(id, at: end, length, traits)
        return length
    }

    private func copyName(of special: VocabularyDefinition.SpecialToken, at end: Int) -> Int {
        let name = Array(special.name.utf8)
        let target = tables.texts + end
        return name.withUnsafeBufferPointer { name in
            guard let base = name.baseAddress else { return 0 }
            if definition.encoder == .metaspace, !special.flags.isDisjoint(with: [.visible, .matchesAlways]) {
                return Self.copyWithSpaces(base, 0..<name.count, into: target)
            }
            target.update(from: base, count: name.count)
            return name.count
        }
    }

    private func addEntry(_ id: Int, at offset: Int, _ length: Int, _ given: Vocabulary.Traits) {
        var traits = given
        if isCompleteUTF8(tables.texts + offset, length) { traits.insert(.completeText) }
        tables.entries[id] = TokenEntry(offset: offset, length: length, traits: traits)
    }

    /// `▁` (U+2581, E2 96 81) as a space. Returns the length.
    static func copyWithSpaces(
        _ text: UnsafePointer<UInt8>, _ range: Range<Int>, into target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var position = range.lowerBound
        var count = 0
        while position < range.upperBound {
            if isMetaspace(text, position, range.upperBound) {
                target[count] = 0x20
                position += 3
            } else {
                target[count] = text[position]
                position += 1
            }
            count += 1
        }
        return count
    }

    private mutating func indexTexts() throws(VocabularyError) {
        // Plain maps spell what tokens decode to, and broken characters all decode to U+FFFD.
        let allowsRepeats = definition.encoder == .plain
        for id in definition.tokenIDs {
            let entry = tables.entries[Int(id)]
            guard entry.traits.contains(.indexed), entry.length > 0 else { continue }
            switch tables.index.insert(id) {
            case .done: tables.noteLength(of: tables.texts + Int(entry.offset), entry.length)
            case .collision:
                throw VocabularyError(field: "vocab", reason: "token texts collide beyond reason")
            case .repeats(let first):
                guard allowsRepeats else {
                    throw VocabularyError(
                        field: "vocab",
                        reason: "ids " + decimal(first) + " and " + decimal(id) + " spell the same token")
                }
            }
        }
    }

    private func findByteIDs() throws(VocabularyError) {
        for value in 0..<256 {
            if definition.encoder == .byteLevel {
                let byte = UInt8(value)
                tables.byteIDs[value] =
                    withUnsafePointer(to: byte) { tables.index.find($0, 1) } ?? TokenID.max
            } else if let start = definition.byteFallbackStart {
                let id = UInt64(start) + UInt64(value)
                guard id < tables.idLimit, tables.entries[Int(id)].traits.contains(.known) else {
                    throw VocabularyError(
                        field: "byte_fallback_start", reason: "the 256 ids are not all in vocab")
                }
                tables.byteIDs[value] = TokenID(id)
            }
        }
    }
}

/// Whether bytes are well-formed UTF-8 that neither begins nor ends inside a character.
func isCompleteUTF8(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var position = 0
    while position < count {
        let (scalar, length) = readScalar(text, position, count)
        if scalar == 0xFFFD, length == 1 { return false }
        position += length
    }
    return true
}
