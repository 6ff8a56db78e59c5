internal import CodecCore

/// What SentencePiece models and GGUF files of such models have in common: pieces with scores and kinds.
struct MetaspaceVocabulary {
    private(set) var vocab = MapDocument.Vocab()
    private(set) var specialTokens: [VocabularyDefinition.SpecialToken] = []
    private(set) var byteFallbackStart: TokenID?
    private var scored = ScoredPieces()
    private var byteCount = 0
    private let field: String

    /// - Parameter field: what errors name.
    init(field: String) {
        self.field = field
    }

    /// Adds the next piece.
    /// - Throws: `unsupported` for bytes that are not 256 in a row, `invalidField`.
    mutating func append(
        _ piece: ArraySlice<UInt8>, id: TokenID, score: Float, kind: SentencePieceModel.Kind
    ) throws(MapError) {
        let name = String(decoding: piece, as: UTF8.self)
        switch kind {
        case .normal: scored.append(piece, score: score)
        case .unknown, .control: specialTokens.append(.init(name: name, id: id))
        case .userDefined:
            // The model finds it where spaces are `▁` already; here it is found in the text itself.
            let text = name.unicodeScalars.map { $0 == "▁" ? " " : String($0) }.joined()
            specialTokens.append(.init(name: text, id: id, flags: [.visible, .matchesAlways]))
        case .byte: try appendByte(name, id)
        case .unused:
            throw MapError(
                .unsupported, field: field, "\"\(name)\" is an unused piece, which cannot be said in a map")
        }
        vocab.tokens.append(piece)
        vocab.ids.append(id)
    }

    private mutating func appendByte(_ name: String, _ id: TokenID) throws(MapError) {
        let hex = String(byteCount, radix: 16, uppercase: true)
        let start = byteFallbackStart ?? id
        guard name == "<0x" + (hex.count == 1 ? "0" : "") + hex + ">", id == start + TokenID(byteCount) else {
            throw MapError(
                .unsupported, field: field,
                "the byte tokens are not <0x00> to <0xFF> one after another: \"\(name)\"")
        }
        byteFallbackStart = start
        byteCount += 1
    }

    /// - Throws: `unsupported`, `invalidField`.
    func document(id: String, addsPrefix: Bool) throws(MapError) -> MapDocument {
        guard byteCount == 0 || byteCount == 256 else {
            throw MapError(.unsupported, field: field, "there are \(byteCount) byte tokens instead of 256")
        }
        if byteCount == 0, let unknown = specialTokens.first(where: { $0.flags.isEmpty }),
            unknown.name != "<unk>",
            !specialTokens.contains(where: { $0.name == "<unk>" })
        {
            throw MapError(
                .unsupported, field: field,
                "the unknown piece is not named <unk>, and there are no byte tokens")
        }
        // The space in front would be part of such a symbol, if the symbol's own text stands behind it.
        if addsPrefix,
            let symbol = specialTokens.first(where: {
                $0.flags.contains(.matchesAlways) && $0.name.utf8.first == 0x20
            })
        {
            throw MapError(
                .unsupported, field: field,
                "\"\(symbol.name)\" is a user-defined symbol that begins with a space, and a space is put before a text"
            )
        }
        var document = MapDocument(
            id: id, vocabSize: vocab.ids.count, vocab: vocab, encoder: .metaspace,
            merges: try scored.merges(field: field), specialTokens: specialTokens)
        document.byteFallbackStart = byteFallbackStart
        document.spacePrefix = addsPrefix ? nil : .never
        document.toolCalling = ToolCalling(specialTokens: Set(specialTokens.map(\.name)))
        return document
    }
}
