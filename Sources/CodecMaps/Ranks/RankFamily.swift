internal import CodecCompression
internal import CodecCore

/// What a file of ranks does not say: how a family of models splits text, and its special tokens.
public struct RankFamily: Sendable {
    /// The name by which it is asked for.
    public let name: String
    /// The number of ranks in the family's file.
    public let rankCount: Int
    let pattern: String
    let normalization: VocabularyDefinition.Normalization
    let specialTokens: [VocabularyDefinition.SpecialToken]
    /// The names of the special tokens that begin and end a text.
    let begin: String?
    let end: String?
    /// The sha256 of the family's rank file, where it is known.
    let hex: String?

    init(
        _ name: String, ranks: Int, pattern: String,
        normalization: VocabularyDefinition.Normalization = .none,
        specialTokens: [VocabularyDefinition.SpecialToken], begin: String? = nil, end: String? = nil,
        hex: String? = nil
    ) {
        self.name = name
        rankCount = ranks
        self.pattern = pattern
        self.normalization = normalization
        self.specialTokens = specialTokens
        self.begin = begin
        self.end = end
        self.hex = hex
    }

    /// The family of this name, or the one whose file this is: by its hash, else by its number of ranks. Of
    /// several that share a file it is the first.
    /// - Throws: `unsupported`, with the names there are.
    static func of(
        _ tokens: RankedTokens, hash: ContentHash, named name: String? = nil
    ) throws(MapError) -> RankFamily {
        if let name {
            guard let family = all.first(where: { $0.name == name }) else {
                throw MapError(.unsupported, "there is no family \"\(name)\"; \(list)")
            }
            let ranks = Set(tokens.ranks)
            if let token = family.specialTokens.first(where: { ranks.contains($0.id) }) {
                throw MapError(
                    .unsupported,
                    "this is no file of family \(name): \(token.id), there the id of \(token.name), is a rank in it"
                )
            }
            return family
        }
        let family = all.first { $0.hex == hash.hex } ?? all.first { $0.rankCount == tokens.count }
        guard let family else {
            throw MapError(
                .unsupported,
                "the file has \(tokens.count) ranks, as no known family's has; name one, if it is one: \(list)"
            )
        }
        return family
    }

    /// Other families whose files have so many ranks.
    func alternatives(rankCount: Int) -> [String] {
        Self.all.filter { $0.rankCount == rankCount && $0.name != name }.map(\.name)
    }

    private static var list: String { "families are " + all.map(\.name).joined(separator: ", ") }
}

extension MapDocument {
    /// The map of a file of ranks.
    /// - Throws: `invalidField`.
    init(_ tokens: RankedTokens, family: RankFamily, id: String) throws(MapError) {
        let (vocab, merges) = try tokens.vocabulary(firstID: 0, field: "ranks")
        self.init(
            id: id, vocabSize: vocab.ids.count, vocab: vocab, encoder: .byteLevel, merges: merges,
            specialTokens: family.specialTokens)
        addSpecialTokensToVocab()
        preTokenizerPattern = family.pattern
        wholePieces = true
        normalization = family.normalization
        beginOfSequenceID = family.begin.flatMap { specialID(named: $0) }
        endOfSequenceID = family.end.flatMap { specialID(named: $0) }
        toolCalling = ToolCalling(specialTokens: Set(specialTokens.map(\.name)))
    }

    /// Puts special tokens among the others too, as published maps have them, where neither the name nor the
    /// id is there. `vocab_size` counts them.
    mutating func addSpecialTokensToVocab() {
        let names = StringIndex(vocab.tokens)
        let ids = Set(vocab.ids)
        var added = 0
        for token in specialTokens where !ids.contains(token.id) {
            added += 1
            guard names.find(token.name.utf8) == nil else { continue }
            vocab.tokens.append(token.name.utf8)
            vocab.ids.append(token.id)
        }
        vocabSize += added
    }
}
