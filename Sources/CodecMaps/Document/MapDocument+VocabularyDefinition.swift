internal import CodecCore

extension MapDocument {
    /// What the core compiles.
    func vocabularyDefinition() -> VocabularyDefinition {
        let encoder: VocabularyDefinition.Encoder =
            switch encoder {
            case .byteLevel: .byteLevel
            case .metaspace: .metaspace
            case nil: .plain
            }
        var definition = VocabularyDefinition(
            encoder: encoder, tokens: vocab.tokens, tokenIDs: vocab.ids, merges: merges,
            specialTokens: specialTokens, byteFallbackStart: byteFallbackStart,
            preTokenizer: preTokenizer, takesWholePieces: wholePieces)
        definition.normalization = normalization
        if let spacePrefix { definition.spacePrefix = spacePrefix }
        return definition
    }

    /// Splits win over the pattern, and the pattern over its program: a program's literals know ASCII case
    /// only, where the pattern's `(?i:…)` folds U+017F to s as the model's own tokenizer does.
    var preTokenizer: PreTokenizerDefinition {
        if let preTokenizerSplits {
            return PreTokenizerDefinition(
                splits: preTokenizerSplits.map { split in
                    switch split {
                    case .pattern(let pattern): .pattern(pattern)
                    case .bytePattern(let pattern): .bytePattern(pattern)
                    }
                })
        }
        if let preTokenizerPattern { return PreTokenizerDefinition(splits: [.pattern(preTokenizerPattern)]) }
        return PreTokenizerDefinition(splits: preTokenizerProgram.map { [.program($0)] } ?? [])
    }
}
