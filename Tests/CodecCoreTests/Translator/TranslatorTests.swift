import CodecTesting
import Testing

@testable import CodecCore

@Suite struct TranslatorTests {
    typealias Pair = Translator.SpecialPair

    static let vocabularies = Result { try EncodeStreamTests.vocabularies.map { try $0.make() } }

    @Test("cut anywhere, the output is that of the whole", arguments: EncodeStreamTests.vocabularies.indices)
    func cuts(_ index: Int) throws {
        let vocabularies = try Self.vocabularies.get()
        let source = vocabularies[index]
        var generator = SeededGenerator(seed: UInt64(index))
        var cuts = 0
        while cuts < 10_000 {
            let other = Int.random(in: 0..<vocabularies.count, using: &generator)
            guard other != index else { continue }
            let target = Tokenizer(vocabularies[other])
            let plain = PlainTranslator(source, target)
            var translator = try Translator(from: source, to: target, options: .init(unknownIDs: .replace))
            for _ in 0..<10 {
                let ids = Self.stream(source, using: &generator)
                let longest = [1, 3, 40].randomElement(using: &generator) ?? 1
                var output: [TokenID] = []
                var start = 0
                while start < ids.count {
                    let end = min(ids.count, start + Int.random(in: 0...longest, using: &generator))
                    output += try translator.translate(Array(ids[start..<end]))
                    start = end
                    cuts += 1
                }
                output += translator.finish()
                let names = [index, other].map { EncodeStreamTests.vocabularies[$0].name }
                #expect(output == plain.translate(ids), "\(names) \(ids)")
            }
        }
    }

    /// Ids of words, with others of any kind between.
    private static func stream(
        _ source: Vocabulary, using generator: inout SeededGenerator
    ) -> [TokenID] {
        let words = Tokenizer(source).encode(
            " hello  world, hello\n\n12345 é字 e\u{301}👩‍👩‍👧 oo", specials: .plain)
        return (0..<Int.random(in: 0...30, using: &generator)).flatMap { _ in
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: return [source.specialTokens.randomElement(using: &generator)?.id ?? 0]
            case 1, 2: return [TokenID.random(in: 0...TokenID(source.idLimit) + 1, using: &generator)]
            default:
                let start = Int.random(in: 0..<words.count, using: &generator)
                return Array(words[start..<min(words.count, start + 4)])
            }
        }
    }

    static let source = Result {
        try SmallVocabulary(
            merges: [("h", "i"), (" ", "hi")], specials: ["<s>", "<|im_end|>", "<x>", "</s>"]
        ).compile()
    }
    static let target = Result {
        Tokenizer(
            try SmallVocabulary(
                merges: [("t", "h"), ("h", "i"), (" ", "t")], specials: ["<bos>", "<|end|>", "</s>"],
                pattern: SmallVocabulary.gpt2Pattern
            ).compile())
    }

    private func translator(_ options: Translator.Options = .init()) throws -> Translator {
        try Translator(from: Self.source.get(), to: Self.target.get(), options: options)
    }

    @Test("special tokens by role, others not there")
    func roles() throws {
        var translator = try translator()
        // <s> h i <x> <|im_end|> hi </s>
        let output = try translator.translate([258, 0x68, 260, 0x69, 259, 256, 261])
        #expect(output == [259, 257, 260, 257, 261])
        #expect(translator.finish().isEmpty)
    }

    @Test("special tokens as the caller says, others refused, and an error leaves all as it was")
    func options() throws {
        let pairs = [Pair(source: 260, target: 0x21)]
        var translator = try translator(.init(specials: pairs, otherSpecials: .refuse))
        #expect(try translator.translate([0x74, 260, 0x74]) == [0x74, 0x21])
        #expect(throws: TranslatorError.specialToken(258, index: 1)) { try translator.translate([260, 258]) }
        #expect(throws: TranslatorError.unknownID(4_000_000_000, index: 0)) {
            try translator.translate([4_000_000_000])
        }
        #expect(translator.heldBackCount == 1)
        #expect(try translator.translate([0x68]).isEmpty)
        #expect(translator.finish() == [256])
        #expect(throws: TranslatorError.unknownSource(0x21)) {
            _ = try self.translator(.init(specials: [Pair(source: 0x21, target: 0x21)]))
        }
        #expect(throws: TranslatorError.unknownTarget(262)) {
            _ = try self.translator(.init(specials: [Pair(source: 260, target: 262)]))
        }
    }

    @Test("an unknown id is U+FFFD where the options say so")
    func unknownIDs() throws {
        var translator = try translator(.init(unknownIDs: .replace))
        #expect(try translator.translate([0x68, 262]) == [0x68])
        #expect(translator.finish() == [0xEF, 0xBF, 0xBD])
    }

    @Test("text that spells a special token stays text")
    func injection() throws {
        var translator = try translator()
        let spelled = "<|end|>".utf8.map { TokenID($0) }
        #expect(try translator.translate(spelled) + translator.finish() == spelled)
    }

    @Test("the same vocabulary passes ids through untouched")
    func sameVocabulary() throws {
        let tokenizer = try Self.target.get()
        var translator = try Translator(
            from: tokenizer.vocabulary, to: tokenizer, options: .init(otherSpecials: .refuse))
        let ids: [TokenID] = [0x74, 0x68, 259, 4_000_000_000, 0xF0]
        #expect(try translator.translate(ids) == ids)
        #expect(translator.finish().isEmpty)
    }

    @Test("what is held back: the last piece, and a character that is not whole")
    func latency() throws {
        var translator = try translator()
        #expect(try translator.translate([256]).isEmpty)
        #expect(translator.heldBackCount == 1)
        #expect(try translator.translate([0x20]) == [257])
        #expect(try translator.translate([0x74, 0x68]).isEmpty)
        #expect(translator.heldBackCount == 2)
        #expect(try translator.translate([0x0A, 0xF0, 0x9F]) == [0x20, 256])
        #expect(try translator.translate([0x98, 0x80]) == [0x0A])
        #expect(translator.heldBackCount == 4)
        translator.reset()
        #expect(translator.heldBackCount == 0)
        #expect(try translator.translate([0x20]).isEmpty)
        #expect(translator.finish() == [0x20])
    }

    @Test("a piece without end, an id at a time")
    func longRun() throws {
        var translator = try translator()
        let ids = [TokenID](repeating: 0x68, count: 60_000)
        var output: [TokenID] = []
        for id in ids { output += try translator.translate([id]) }
        #expect(output + translator.finish() == ids)
    }

    @Test("roles go by name, the first of several that a vocabulary has")
    func roleNames() throws {
        let both = try SmallVocabulary(merges: [], specials: ["</s>", "<|endoftext|>", "<|eot_id|>"])
            .compile()
        #expect(both.specialID(for: .beginOfText) == nil)
        #expect(both.specialID(for: .endOfText) == 257)
        #expect(both.specialID(for: .endOfTurn) == 258)
    }

    @Test("the static table has each id's own text", arguments: EncodeStreamTests.vocabularies.indices)
    func staticTable(_ index: Int) throws {
        let source = try Self.vocabularies.get()[index]
        let target = try Self.target.get()
        let table = Translator.staticTable(from: source, to: target)
        #expect(table.sourceIDs.count > 200)
        for id in 0...TokenID(source.idLimit) {
            var detokenizer = Detokenizer(source, leadingSpace: .keep)
            let text = detokenizer.append([id]) + detokenizer.finish()
            let ids = source.contains(id) && !source.isSpecial(id) ? target.encode(text) : []
            #expect(table[id].map(Array.init) == (ids.isEmpty ? nil : ids))
        }
        #expect(table[.max] == nil)
    }
}
