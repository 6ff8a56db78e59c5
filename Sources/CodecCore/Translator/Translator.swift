/// Ids of one vocabulary to ids of another, as a stream (spec §10).
///
/// The law: however the ids are cut into calls, the output is what the target's tokenizer makes of the whole decoded
/// text at once. A special token that stands for one of the target's ends a stretch of text: each stretch is decoded
/// and encoded as a text of its own, and the target's token comes between. Text that spells a special token stays
/// text, and no special token becomes text. What cannot change any more is given at once.
///
/// Ids of the target's own vocabulary (the same object) pass through untouched.
public struct Translator: Sendable {
    private let source: Vocabulary
    private let options: Options
    private let specials: [SpecialPair]
    private let isPassingThrough: Bool
    private var detokenizer: Detokenizer
    private var encoding: EncodeStream
    /// Text on its way from one to the other.
    private var text: [UInt8] = []

    /// So many ids are decoded before they are encoded, so that their text stays in the cache.
    private static let blockLength = 2_048

    /// - Parameters:
    ///   - source: the vocabulary of the ids that come in.
    ///   - target: the tokenizer whose ids go out; its caches are shared.
    /// - Throws: `unknownSource` and `unknownTarget` for pairs of special tokens that cannot be.
    public init(
        from source: Vocabulary, to target: Tokenizer, options: Options = Options()
    ) throws(TranslatorError) {
        self.source = source
        self.options = options
        specials = options.specials ?? SpecialPair.byRole(from: source, to: target.vocabulary)
        for pair in specials {
            guard source.isSpecial(pair.source) else { throw .unknownSource(pair.source) }
            guard target.vocabulary.contains(pair.target) else { throw .unknownTarget(pair.target) }
        }
        isPassingThrough = source === target.vocabulary
        detokenizer = Detokenizer(source)
        encoding = EncodeStream(target)
    }

    /// The ids that can no longer change, now that these follow.
    /// - Throws: `unknownID` and `specialToken` where the options refuse them; nothing has been taken then.
    public mutating func translate(_ ids: [TokenID]) throws(TranslatorError) -> [TokenID] {
        var output: [TokenID] = []
        try translate(ids.span, into: &output)
        return output
    }

    /// Appends the ids that can no longer change, now that these follow.
    /// - Throws: `unknownID` and `specialToken` where the options refuse them; nothing has been taken then.
    public mutating func translate(
        _ ids: Span<TokenID>, into output: inout [TokenID]
    ) throws(TranslatorError) {
        if isPassingThrough {
            ids.withUnsafeBufferPointer { output.append(contentsOf: $0) }
            return
        }
        let borders = try borders(in: ids)
        ids.withUnsafeBufferPointer { ids in
            var start = 0
            for border in borders {
                append(UnsafeBufferPointer(rebasing: ids[start..<border.index]), into: &output)
                endStretch(border.target, into: &output)
                start = border.index + 1
            }
            append(UnsafeBufferPointer(rebasing: ids[start...]), into: &output)
        }
    }

    /// The rest of the ids. The translator is then as new.
    public mutating func finish() -> [TokenID] {
        text.removeAll(keepingCapacity: true)
        detokenizer.finish(into: &text)
        var output = text.withUnsafeBufferPointer { encoding.append(utf8: $0) }
        output += encoding.finish()
        detokenizer.reset()
        return output
    }

    /// Forgets the stream; the next one begins.
    public mutating func reset() {
        _ = finish()
    }

    /// How many ids are held back because they may still change: those that `finish()` would give now.
    public var heldBackCount: Int {
        var end = self
        return end.finish().count
    }

    /// A special token that ends a stretch of text.
    private struct Border {
        var index: Int
        var target: TokenID
    }

    /// Where stretches of text end in these ids.
    private func borders(in ids: Span<TokenID>) throws(TranslatorError) -> [Border] {
        var borders: [Border] = []
        for index in ids.indices {
            let id = ids[index]
            let traits = source.traits(of: id)
            guard traits.intersection([.known, .special]) != .known else { continue }
            guard traits.contains(.known) else {
                guard options.unknownIDs == .replace else { throw .unknownID(id, index: index) }
                continue
            }
            if let pair = specials.first(where: { $0.source == id }) {
                borders.append(Border(index: index, target: pair.target))
            } else if options.otherSpecials == .refuse, !traits.contains(.visible) {
                throw .specialToken(id, index: index)
            }
        }
        return borders
    }

    private mutating func append(_ ids: UnsafeBufferPointer<TokenID>, into output: inout [TokenID]) {
        var start = 0
        while start < ids.count {
            let end = min(ids.count, start + Self.blockLength)
            text.removeAll(keepingCapacity: true)
            detokenizer.append(UnsafeBufferPointer(rebasing: ids[start..<end]), into: &text)
            text.withUnsafeBufferPointer { encoding.append(utf8: $0, into: &output) }
            start = end
        }
    }

    /// Ends a stretch of text with a special token of the target.
    private mutating func endStretch(_ special: TokenID, into output: inout [TokenID]) {
        text.removeAll(keepingCapacity: true)
        detokenizer.finish(into: &text)
        // Where encoding puts a space in front of each stretch, decoding takes it away from each.
        if source.spacePrefix != .firstUnlessSpace { detokenizer.reset() }
        text.withUnsafeBufferPointer { encoding.append(utf8: $0, into: &output) }
        encoding.append(special: special, into: &output)
    }
}
