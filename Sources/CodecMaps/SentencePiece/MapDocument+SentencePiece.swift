internal import CodecCore

extension MapDocument {
    /// The map of a SentencePiece model.
    /// - Throws: `unsupported` with the field of the model that no map can say, `invalidField`.
    init(_ model: SentencePieceModel, id: String) throws(MapError) {
        let refusals: [(isThere: Bool, field: String, reason: String)] = [
            (model.modelType != 2, "trainer_spec.model_type", Self.refusal(ofModelType: model.modelType)),
            (model.treatsWhitespaceAsSuffix, "trainer_spec.treat_whitespace_as_suffix", "is true"),
            (
                !model.charsMap.isEmpty, "normalizer_spec.precompiled_charsmap",
                "the normalizer \"\(model.normalizerName)\" changes the text; only identity is supported"
            ),
            (model.removesExtraWhitespaces, "normalizer_spec.remove_extra_whitespaces", "is true"),
            (!model.escapesWhitespaces, "normalizer_spec.escape_whitespaces", "is false"),
            (model.denormalizes, "denormalizer_spec.precompiled_charsmap", "changes decoded text"),
        ]
        if let refusal = refusals.first(where: \.isThere) {
            throw MapError(.unsupported, field: refusal.field, refusal.reason)
        }
        var vocabulary = MetaspaceVocabulary(field: "pieces")
        for (index, kind) in model.kinds.enumerated() {
            try vocabulary.append(
                model.pieces[index], id: TokenID(truncatingIfNeeded: index), score: model.scores[index],
                kind: kind)
        }
        self = try vocabulary.document(id: id, addsPrefix: model.addsDummyPrefix)
        // Absent ones are -1, which is no piece's number.
        beginOfSequenceID = model.beginID < UInt64(model.kinds.count) ? TokenID(model.beginID) : nil
        endOfSequenceID = model.endID < UInt64(model.kinds.count) ? TokenID(model.endID) : nil
    }

    private static func refusal(ofModelType type: UInt64) -> String {
        let name =
            switch type {
            case 1: "Unigram"
            case 3: "Word"
            case 4: "Char"
            default: "number \(type)"
            }
        return "\(name) models are not supported; only BPE is"
    }
}
