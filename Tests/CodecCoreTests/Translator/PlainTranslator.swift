@testable import CodecCore

/// Translates a whole stream at once, by the law's own words: decodes each stretch between mapped special tokens, and
/// encodes its text.
struct PlainTranslator {
    var source: Vocabulary
    var target: Tokenizer
    var pairs: [Translator.SpecialPair]

    init(_ source: Vocabulary, _ target: Tokenizer) {
        self.source = source
        self.target = target
        pairs = Translator.SpecialPair.byRole(from: source, to: target.vocabulary)
    }

    func translate(_ ids: [TokenID]) -> [TokenID] {
        var output: [TokenID] = []
        var hasShown = false
        var hasText = false
        func end(_ stretch: [TokenID]) {
            var detokenizer = Detokenizer(
                source,
                leadingSpace: source.spacePrefix == .firstUnlessSpace && hasShown ? .keep : .remove)
            var text: [UInt8] = []
            detokenizer.append(stretch, into: &text)
            detokenizer.finish(into: &text)
            output += encode(text, isFirst: !hasText)
            var all = Detokenizer(source, leadingSpace: .keep)
            hasShown = hasShown || !(all.append(stretch) + all.finish()).isEmpty
            hasText = hasText || !text.isEmpty
        }
        var stretch: [TokenID] = []
        for id in ids {
            if let pair = pairs.first(where: { $0.source == id }) {
                end(stretch)
                stretch = []
                output.append(pair.target)
            } else {
                stretch.append(id)
            }
        }
        end(stretch)
        return output
    }

    private func encode(_ text: [UInt8], isFirst: Bool) -> [TokenID] {
        text.withUnsafeBufferPointer { text in
            guard !isFirst, target.vocabulary.spacePrefix == .firstUnlessSpace, let base = text.baseAddress,
                !text.isEmpty
            else { return target.encode(utf8: text) }
            return target.encoders.withEncoder { encoder in
                target.encodeStretch(base, 0, text.count, readable: text.count, isFirst: false, &encoder)
                return encoder.output.array
            }
        }
    }
}
