internal import CodecCore

extension MapDocument {
    /// The map of a `tokenizer.json`, and of the `tokenizer_config.json` beside it if there is one.
    /// - Throws: `unsupported` with the place of what no map can say, `invalidField`.
    init(_ tokenizer: HuggingFaceTokenizer, config: HuggingFaceConfig? = nil, id: String) throws(MapError) {
        let vocab = try Self.vocab(of: tokenizer)
        guard let merges = tokenizer.merges else {
            throw MapError(.invalidField, field: "model.merges", "is missing")
        }
        let stages = try HuggingFaceStages(
            normalizer: tokenizer.normalizer, preTokenizer: tokenizer.preTokenizer)
        self.init(
            id: id, vocabSize: vocab.ids.count, vocab: vocab,
            encoder: stages.isByteLevel ? .byteLevel : .metaspace, merges: Self.lastOfEach(merges))
        let index = StringIndex(vocab.tokens)
        wholePieces = tokenizer.options["ignore_merges"]?.bool ?? false
        if wholePieces, encoder == .metaspace {
            throw MapError(.unsupported, field: "model.ignore_merges", "together with ▁ for spaces")
        }
        try addSpecialTokens(tokenizer.addedTokens, stages, index)
        addSpecialTokensToVocab()
        try setStages(stages)
        try setUnknowns(tokenizer, index)
        let template = tokenizer.templateTokens
        beginOfSequenceID = (config?.beginToken ?? template.begin).flatMap { specialID(named: $0) }
        endOfSequenceID = (config?.endToken ?? template.end).flatMap { specialID(named: $0) }
        toolCalling = ToolCalling(
            specialTokens: Set(specialTokens.map(\.name)), chatTemplate: config?.chatTemplate)
    }

    /// The vocabulary of a BPE model whose options a map can say.
    private static func vocab(of tokenizer: HuggingFaceTokenizer) throws(MapError) -> Vocab {
        let type = tokenizer.modelType ?? (tokenizer.merges == nil ? "" : "BPE")
        guard type == "BPE" else {
            throw MapError(
                .unsupported, field: "model.type",
                type.isEmpty ? "is missing" : "\(type) models are not supported; only BPE is")
        }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"]
        where !(tokenizer.options[name]?.string ?? "").isEmpty {
            throw MapError(.unsupported, field: "model.\(name)", "is not supported")
        }
        if let dropout = tokenizer.options["dropout"], dropout != .null, dropout != .number("0.0"),
            dropout != .integer(0)
        {
            throw MapError(.unsupported, field: "model.dropout", "makes ids a matter of chance")
        }
        guard let vocab = tokenizer.vocab else {
            throw MapError(.invalidField, field: "model.vocab", "must be an object")
        }
        return vocab
    }

    /// Of a merge that is listed twice the last place counts, as in a dictionary of ranks.
    private static func lastOfEach(_ merges: StringTable) -> StringTable {
        guard StringIndex(merges).firstRepeat != nil else { return merges }
        var last: [ArraySlice<UInt8>: Int] = [:]
        for index in 0..<merges.count { last[merges[index]] = index }
        return (0..<merges.count).reduce(into: StringTable()) { kept, index in
            if last[merges[index]] == index { kept.append(merges[index]) }
        }
    }

    private mutating func addSpecialTokens(
        _ tokens: [HuggingFaceTokenizer.AddedToken], _ stages: HuggingFaceStages, _ index: StringIndex
    ) throws(MapError) {
        var dropped: [[UInt8]] = []
        try Self.refuseOverlaps(tokens)
        for (number, token) in tokens.enumerated() {
            let field = "added_tokens[\(number)]"
            if let known = index.find(token.content.utf8), vocab.ids[known] != token.id {
                throw MapError(
                    .invalidField, field: "\(field).id",
                    "\(token.id), but model.vocab says \(vocab.ids[known])")
            }
            if token.isSingleWord { throw MapError(.unsupported, field: "\(field).single_word", "is true") }
            if token.isFoundInNormalizedText,
                stages.spacePrefix == .each || stages.replacesSpaces
                    || (stages.normalization != .none && !token.content.utf8.allSatisfy({ $0 < 0x80 }))
            {
                throw MapError(
                    .unsupported, field: "\(field).normalized",
                    "\"\(token.content)\" is found in normalized text, which a map cannot say")
            }
            // Runs of `▁` come from merging just as well; only in a text's own `▁` are they found by name.
            if !token.isSpecial, stages.replacesSpaces, index.find(token.content.utf8) != nil,
                token.content.unicodeScalars.allSatisfy({ $0 == "▁" })
            {
                continue
            }
            var special = VocabularyDefinition.SpecialToken(name: token.content, id: token.id)
            if token.stripsBefore { special.flags.insert(.stripsBefore) }
            if token.stripsAfter { special.flags.insert(.stripsAfter) }
            if !token.isSpecial {
                special.flags.insert(.visible)
                // Markers are only found where the caller allows it. What is no marker is part of any text: white
                // space, and what users defined in SentencePiece's way, as long as no space is put in front of
                // texts: that library does not put one behind such a token, and this one does.
                let isSpace = token.content.unicodeScalars.allSatisfy(\.properties.isWhitespace)
                if isSpace, stages.replacesSpaces, stages.spacePrefix != .never {
                    throw MapError(
                        .unsupported, field: field,
                        "white space is found in every text, and here a space is put in front of what follows"
                    )
                }
                if isSpace || (stages.replacesSpaces && stages.spacePrefix == .never) {
                    special.flags.insert(.matchesAlways)
                    dropped.append(Array(token.content.utf8))
                }
            }
            specialTokens.append(special)
        }
        if !dropped.isEmpty { removeMerges(naming: dropped) }
    }

    /// Names that are looked for in normalized text come after all others, even where they start first: no matter, as long
    /// as no text can spell two that overlap.
    private static func refuseOverlaps(_ tokens: [HuggingFaceTokenizer.AddedToken]) throws(MapError) {
        let late = tokens.enumerated().filter { $1.isFoundInNormalizedText }
        let early = tokens.filter { !$0.isFoundInNormalizedText }.map { Array($0.content.utf8) }
        guard late.count * early.count <= 10_000_000 else {
            throw MapError(
                .unsupported, field: "added_tokens", "too many are normalized, and too many are not")
        }
        for (number, token) in late {
            let name = Array(token.content.utf8)
            for other in early where overlap(name, other) {
                throw MapError(
                    .unsupported, field: "added_tokens[\(number)].normalized",
                    "\"\(token.content)\" may overlap \"\(String(decoding: other, as: UTF8.self))\", which is found first"
                )
            }
        }
    }

    /// Whether a text may spell the second name inside or across the end of the first. Finding all names at once, leftmost
    /// and longest, would then take the first.
    private static func overlap(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard let start = second.first else { return false }
        for position in first.indices where first[position] == start {
            let rest = first[position...]
            if rest.starts(with: second) || position > 0 && second.starts(with: rest) { return true }
        }
        return false
    }

    /// Merges of what is always found as a token before merging are never made.
    private mutating func removeMerges(naming names: [[UInt8]]) {
        let names = StringIndex(names.reduce(into: StringTable()) { $0.append($1) })
        var kept = StringTable()
        for index in 0..<merges.count {
            let line = merges[index]
            let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
            if parts.contains(where: { names.find($0) != nil }) || names.find(parts.joined()) != nil {
                continue
            }
            kept.append(line)
        }
        merges = kept
    }

    private mutating func setStages(_ stages: HuggingFaceStages) throws(MapError) {
        normalization = stages.normalization
        let usual: VocabularyDefinition.SpacePrefix = stages.isByteLevel ? .never : .each
        spacePrefix = stages.spacePrefix == usual ? nil : stages.spacePrefix
        if let field = stages.splitsAtSpaces, let line = firstMergeAcrossSpaces() {
            throw MapError(
                .unsupported, field: "\(field).split",
                "a text is split at spaces, and model.merges[\(line)] goes across one")
        }
        if stages.splits.count == 1, case .pattern(let pattern) = stages.splits[0] {
            preTokenizerPattern = pattern
        } else if !stages.splits.isEmpty {
            preTokenizerSplits = stages.splits
            // The longest of the patterns is the nearest that other readers can do.
            preTokenizerPattern = stages.splits.compactMap {
                if case .pattern(let pattern) = $0 { pattern } else { nil }
            }.max { $0.utf8.count < $1.utf8.count }
        }
    }

    /// A merge that gives a token with `▁` elsewhere than at its start.
    private func firstMergeAcrossSpaces() -> Int? {
        let metaspace = Array("▁".utf8)
        return (0..<merges.count).first { index in
            let line = merges[index]
            return line.indices.dropFirst().contains { line[$0...].starts(with: metaspace) }
        }
    }

    /// Byte tokens, and what becomes of characters without a token.
    private mutating func setUnknowns(
        _ tokenizer: HuggingFaceTokenizer, _ index: StringIndex
    ) throws(MapError) {
        let unknown = tokenizer.options["unk_token"]?.string
        if encoder == .byteLevel {
            let spell = ByteAlphabetSpelling()
            let isComplete = (0...255 as ClosedRange<UInt8>).allSatisfy {
                index.find(spell(CollectionOfOne($0))) != nil
            }
            guard isComplete || unknown == nil else {
                throw MapError(
                    .unsupported, field: "model.unk_token",
                    "stands for bytes without a token in a ByteLevel model")
            }
            return
        }
        if tokenizer.options["byte_fallback"]?.bool ?? false {
            byteFallbackStart = try Self.byteFallbackStart(vocab, index)
            if byteFallbackStart != nil { return }
        }
        let known = specialID(named: "<unk>")
        guard (unknown == "<unk>") == (known != nil) else {
            throw MapError(.unsupported, field: "model.unk_token", "must be <unk>, and a special token")
        }
        guard known == nil || tokenizer.options["fuse_unk"]?.bool ?? false else {
            throw MapError(.unsupported, field: "model.fuse_unk", "is not true, and there are no byte tokens")
        }
    }

    /// The id of `<0x00>`, when the 256 byte tokens follow one another; nil when there are none.
    private static func byteFallbackStart(_ vocab: Vocab, _ index: StringIndex) throws(MapError) -> TokenID? {
        let ids = (0..<256).map { (byte: Int) -> TokenID? in
            let hex = String(byte, radix: 16, uppercase: true)
            return index.find("<0x\(byte < 16 ? "0" : "")\(hex)>".utf8).map { vocab.ids[$0] }
        }
        guard ids.contains(where: { $0 != nil }) else { return nil }
        guard let start = ids[0], zip(ids, start...).allSatisfy({ $0 == $1 }) else {
            throw MapError(
                .unsupported, field: "model.byte_fallback", "the byte tokens are not 256 ids in a row")
        }
        return start
    }
}
