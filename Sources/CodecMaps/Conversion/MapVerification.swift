internal import CodecCore

/// A comparison of a map with another, such as the one made from the model's own file.
public struct MapVerification: Sendable {
    /// How many texts were encoded with both, in each of the two ways to treat special tokens.
    public private(set) var textCount = 0
    /// The first thing in which they differ, in words; nil when nothing was found.
    public private(set) var difference: String?
    /// What is written differently though no text was found that shows it, in words. Where there is nothing of the
    /// kind, the two are the same tokenizer.
    public private(set) var unproven: [String] = []

    /// Compares what each id stands for, which ids are special, the merges that can happen, and the ids and decoded text
    /// of built-in texts, of all special tokens' names, and of texts made of the vocabulary: among them such as show
    /// that two merges happen in another order.
    public init(_ map: TokenizerMap, against source: TokenizerMap) {
        difference =
            Self.vocabularyDifference(map.vocabulary, source.vocabulary)
            ?? Self.factsDifference(map.facts, source.facts)
        guard difference == nil else { return }
        let order = MergeOrder(map.vocabulary.effectiveMerges, source.vocabulary.effectiveMerges)
        if map.facts.preTokenizer != source.facts.preTokenizer {
            unproven.append("the patterns that cut texts are written differently")
        }
        if !order.moved.isEmpty { unproven.append("\(order.moved.count) merges are others or elsewhere") }
        for text in Self.texts(source) + order.tellingTexts(source.vocabulary) {
            textCount += 1
            for specials in [Tokenizer.Specials.plain, .parse] {
                difference = Self.difference(text, specials, map, source)
                guard difference == nil else { return }
            }
        }
    }

    private static func vocabularyDifference(_ map: Vocabulary, _ source: Vocabulary) -> String? {
        for id in 0..<TokenID(truncatingIfNeeded: max(map.idLimit, source.idLimit)) {
            let ours = describe(id, map)
            let theirs = describe(id, source)
            guard ours == theirs else { return "id \(id) is \(ours) in the map, \(theirs) in the source" }
        }
        for special in source.specialTokens {
            guard let ours = map.specialTokens.first(where: { $0.id == special.id }),
                ours.flags != special.flags
            else { continue }
            return "the special token \(quoted(special.name)) has other flags in the map than in the source"
        }
        return nil
    }

    private static func factsDifference(_ map: MapDocument, _ source: MapDocument) -> String? {
        for (name, ours, theirs) in [
            ("bos_token_id", map.beginOfSequenceID, source.beginOfSequenceID),
            ("eos_token_id", map.endOfSequenceID, source.endOfSequenceID),
        ] {
            // Registry maps do not say.
            guard let ours, let theirs, ours != theirs else { continue }
            return "\(name) is \(ours) in the map, \(theirs) in the source"
        }
        return nil
    }

    private static func describe(_ id: TokenID, _ vocabulary: Vocabulary) -> String {
        guard vocabulary.contains(id) else { return "nothing" }
        let bytes = vocabulary.bytes(of: id)
        let text =
            String(validating: bytes, as: UTF8.self).map(quoted)
            ?? "the bytes " + bytes.map { String($0, radix: 16) }.joined(separator: " ")
        return vocabulary.isSpecial(id) ? "the special token \(text)" : text
    }

    private static func difference(
        _ text: String, _ specials: Tokenizer.Specials, _ map: TokenizerMap, _ source: TokenizerMap
    ) -> String? {
        let ours = map.tokenizer.encode(text, specials: specials)
        let theirs = source.tokenizer.encode(text, specials: specials)
        let name = quoted(text) + (specials == .parse ? " with special tokens" : "")
        guard ours == theirs else {
            let at =
                zip(ours, theirs).enumerated().first { $1.0 != $1.1 }?.offset ?? min(ours.count, theirs.count)
            return
                "\(name) has the ids \(excerpt(ours, at)) with the map, \(excerpt(theirs, at)) with the source"
        }
        let decoded = map.vocabulary.decode(ours, specials: .show)
        let expected = source.vocabulary.decode(theirs, specials: .show)
        guard decoded.utf8.elementsEqual(expected.utf8) else {
            return "\(name) decodes to \(quoted(decoded)) with the map, \(quoted(expected)) with the source"
        }
        return nil
    }

    private static func excerpt(_ ids: [TokenID], _ at: Int) -> String {
        let start = max(0, min(at - 2, ids.count))
        let part = ids[start..<min(ids.count, start + 8)].map(String.init).joined(separator: " ")
        return (start > 0 ? "… " : "") + part + (start + 8 < ids.count ? " …" : "")
    }

    private static func quoted(_ text: String) -> String {
        let short = String(text.prefix(60)).debugDescription
        return text.utf8.count > 60 ? short + "…" : short
    }

    // MARK: - Texts

    private static func texts(_ map: TokenizerMap) -> [String] {
        let names = map.vocabulary.specialTokens.map(\.name)
        var texts = TortureTexts.all
        texts += names.map { "a \($0) b\($0)" }
        texts.append(TortureTexts.all.joined(separator: "\n"))
        texts.append(names.prefix(1_000).joined(separator: " x "))
        return texts + textsOfTokens(map.vocabulary)
    }

    /// Tokens in a row that are drawn with a fixed seed: what they merge to tells orders of merging apart.
    private static func textsOfTokens(_ vocabulary: Vocabulary) -> [String] {
        guard vocabulary.idLimit > 0 else { return [] }
        var state: UInt64 = 1
        func random() -> Int {
            // The low bits of this generator are poor.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33)
        }
        return (0..<4_000).map { _ in
            var bytes: [UInt8] = []
            for _ in 0..<6 {
                // Low ids are drawn as often as high ones: they are the tokens of most texts.
                let limit = max(1, vocabulary.idLimit >> (random() % 8))
                bytes += vocabulary.bytes(of: TokenID(truncatingIfNeeded: random() % limit))
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
