import CodecTesting
import Testing

@testable import CodecCore

@Suite struct EncodeStreamTests {
    typealias Flags = VocabularyDefinition.SpecialToken.Flags

    /// Vocabularies that differ in all that matters to a stream.
    static let vocabularies: [(name: String, make: @Sendable () throws -> Vocabulary)] = {
        let words = [
            ("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), (" ", "w"), ("1", "2"), ("o", "o"),
        ]
        func byteLevel(
            _ splits: [PreTokenizerDefinition.Split], flags: Flags = [],
            _ change: (inout VocabularyDefinition) -> Void
        ) -> VocabularyDefinition {
            var definition = SmallVocabulary(merges: words, specials: ["<s>", "<s>>", "</s>"]).definition()
            for index in definition.specialTokens.indices { definition.specialTokens[index].flags = flags }
            definition.preTokenizer = PreTokenizerDefinition(splits: splits)
            change(&definition)
            return definition
        }
        let gpt2 = PreTokenizerDefinition.Split.pattern(SmallVocabulary.gpt2Pattern)
        let plain = byteLevel([gpt2]) { _ in }
        let splits = byteLevel([.pattern(#"\p{N}{1,3}"#), gpt2]) { _ in }
        let stripping = byteLevel([gpt2], flags: [.stripsBefore, .stripsAfter]) { _ in }
        let normalizing = byteLevel([gpt2]) { $0.normalization = .nfc }
        let prefixed = byteLevel([gpt2]) { $0.spacePrefix = .eachUnlessSpace }
        let always = byteLevel([gpt2], flags: [.matchesAlways, .stripsAfter]) { _ in }
        var definitions = [
            ("plain", plain), ("two splits", splits), ("stripping", stripping), ("normalizing", normalizing),
            ("prefixed", prefixed), ("always", always),
        ]
        for (name, prefix) in [
            ("metaspace", VocabularyDefinition.SpacePrefix.each), ("metaspace first", .firstUnlessSpace),
            ("metaspace without a prefix", .never),
        ] {
            definitions.append((name, metaspace(prefix)))
        }
        var spaces = metaspace(.each)
        spaces.specialTokens.append(.init(name: "  ", id: 265, flags: [.visible, .matchesAlways]))
        definitions.append(("metaspace, spaces a symbol", spaces))
        return definitions.map { definition in (definition.0, { try Vocabulary(definition.1) }) }
    }()

    private static func metaspace(_ prefix: VocabularyDefinition.SpacePrefix) -> VocabularyDefinition {
        var tokens = StringTable((0..<256).map { "<\($0)>" })
        for token in ["▁", "h", "e", "l", "o", "he", "ll", "hell", "▁hell", "▁▁", "字", "o▁", "<u>"] {
            tokens.append(token.utf8)
        }
        var definition = VocabularyDefinition(
            encoder: .metaspace, tokens: tokens, tokenIDs: (0..<tokens.count).map { TokenID($0) },
            merges: StringTable(["h e", "l l", "he ll", "▁ hell", "▁ ▁", "o ▁"]),
            specialTokens: [
                .init(name: "<s>", id: 400), .init(name: "<u>", id: 268, flags: [.visible, .matchesAlways]),
            ],
            byteFallbackStart: 0, preTokenizer: .init())
        definition.spacePrefix = prefix
        return definition
    }

    private static let parts = [
        "hello", " world", "  ", " ", "\n", "12", "345", "<s>", "<s>>", "</s>", "<", "s>", "<u>", "▁", "字",
        "é",
        "e\u{301}", "\u{301}", "\u{2003}", "👩‍👩‍👧", "'s", "hell", "o", "\u{1100}\u{1161}", "\u{E9}",
    ]

    @Test("a text in parts gives the ids of the whole", arguments: vocabularies.indices)
    func cuts(_ index: Int) throws {
        let tokenizer = Tokenizer(try Self.vocabularies[index].make())
        var generator = SeededGenerator(seed: UInt64(index))
        for round in 0..<10_000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                text += (Self.parts.randomElement(using: &generator) ?? "").utf8
            }
            if round % 10 == 0 { text.append(UInt8.random(in: 0...255, using: &generator)) }
            let specials: Tokenizer.Specials = round % 2 == 0 ? .parse : .plain
            let whole = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0, specials: specials) }
            var stream = EncodeStream(tokenizer, specials: specials)
            var ids: [TokenID] = []
            var start = 0
            let longest = [1, 3, 20].randomElement(using: &generator) ?? 1
            while start < text.count {
                let end = min(text.count, start + Int.random(in: 1...longest, using: &generator))
                ids += text[start..<end].withUnsafeBufferPointer { stream.append(utf8: $0) }
                start = end
            }
            ids += stream.finish()
            #expect(
                ids == whole,
                "\(Self.vocabularies[index].name): \(String(decoding: text, as: UTF8.self).debugDescription)")
            #expect(stream.pendingByteCount == 0)
        }
    }

    @Test("no more than the last piece is held back")
    func latency() throws {
        let tokenizer = Tokenizer(try Self.vocabularies[0].make())
        var stream = EncodeStream(tokenizer)
        for character in String(repeating: "hello world, 12 and so on. ", count: 40).utf8 {
            _ = withUnsafeBytes(of: character) { stream.append(utf8: $0.assumingMemoryBound(to: UInt8.self)) }
            #expect(stream.pendingByteCount <= 6)
        }
    }

    @Test("a piece without end, byte by byte", arguments: ["h", " ", "字"])
    func longRun(_ unit: String) throws {
        for index in [0, 2, 6] {
            let tokenizer = Tokenizer(try Self.vocabularies[index].make())
            let text = Array(String(repeating: unit, count: 60_000).utf8)
            var stream = EncodeStream(tokenizer, specials: .parse)
            var ids: [TokenID] = []
            for byte in text {
                ids += withUnsafeBytes(of: byte) {
                    stream.append(utf8: $0.assumingMemoryBound(to: UInt8.self))
                }
            }
            ids += stream.finish()
            #expect(ids == text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0, specials: .parse) })
        }
    }
}
