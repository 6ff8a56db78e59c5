import CodecTesting
import Testing

@testable import CodecCore

@Suite struct DetokenizerTests {
    static let vocabulary = Result {
        try SmallVocabulary(merges: [("h", "i"), (" ", "hi")], specials: ["<|end|>"]).compile()
    }
    static let end: TokenID = 258
    static let unknown: TokenID = 4_000_000_000

    @Test("text comes out at complete characters only")
    func completeCharacters() throws {
        var detokenizer = Detokenizer(try Self.vocabulary.get())
        #expect(detokenizer.append([0xF0, 0x9F]) == "")
        #expect(detokenizer.append([0x98]) == "")
        #expect(detokenizer.append([0x80, 256]) == "😀hi")
        #expect(detokenizer.append([0xE2, 0x82]) == "")
        #expect(detokenizer.finish() == "\u{FFFD}")
        detokenizer.reset()
        #expect(detokenizer.append([257]) == " hi")
    }

    @Test("a hidden special token is as if it were not there")
    func specials() throws {
        let vocabulary = try Self.vocabulary.get()
        #expect(vocabulary.decode([0xC3, Self.end, 0xA9]) == "é")
        #expect(vocabulary.decode([0xC3, Self.end, 0xA9], specials: .show) == "\u{FFFD}<|end|>\u{FFFD}")
    }

    @Test("an unknown id is U+FFFD and counted")
    func unknownIDs() throws {
        var detokenizer = Detokenizer(try Self.vocabulary.get())
        #expect(detokenizer.append([256, Self.unknown, 259, 256]) == "hi\u{FFFD}\u{FFFD}hi")
        #expect(detokenizer.unknownCount == 2)
    }

    /// Unicode 16.0 table 3-8 and its neighbours: bytes, and how many U+FFFD they become.
    static let maximalSubparts: [([UInt8], String)] = [
        (
            [0x61, 0xF1, 0x80, 0x80, 0xE1, 0x80, 0xC2, 0x62, 0x80, 0x63, 0x80, 0xBF, 0x64],
            "a\u{FFFD}\u{FFFD}\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}d"
        ),
        (
            [0xC0, 0xAF, 0xE0, 0x80, 0xBF, 0xF0, 0x81, 0x82, 0x41],
            String(repeating: "\u{FFFD}", count: 8) + "A"
        ),
        (
            [0xED, 0xA0, 0x80, 0xED, 0xBF, 0xBF, 0xED, 0xAF, 0x41],
            String(repeating: "\u{FFFD}", count: 8) + "A"
        ),
        (
            [0xF4, 0x91, 0x92, 0x93, 0xFF, 0x41, 0x80, 0xBF, 0x42],
            "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A\u{FFFD}\u{FFFD}B"
        ),
        ([0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A"),
    ]

    @Test("one U+FFFD for each maximal subpart", arguments: maximalSubparts.indices)
    func subparts(_ index: Int) throws {
        let (bytes, text) = Self.maximalSubparts[index]
        #expect(try Self.vocabulary.get().decode(bytes.map { TokenID($0) }) == text)
    }

    @Test("every way of cutting gives the same text", arguments: UInt64(0)..<200)
    func cuts(_ seed: UInt64) throws {
        let vocabulary = try Self.vocabulary.get()
        var generator = SeededGenerator(seed: seed)
        let pool: [TokenID] = [
            0x41, 0x80, 0xBF, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 256, 257, Self.end,
            Self.unknown,
        ]
        let ids = (0..<200).compactMap { _ in pool.randomElement(using: &generator) }
        let whole = vocabulary.decode(ids)
        var detokenizer = Detokenizer(vocabulary)
        var parts = ""
        var start = 0
        while start < ids.count {
            let end = min(ids.count, start + Int.random(in: 1...9, using: &generator))
            // Both ways in: contiguous memory, and any sequence.
            parts +=
                Bool.random(using: &generator)
                ? detokenizer.append(ids[start..<end]) : detokenizer.append(ids[start..<end].lazy.map { $0 })
            start = end
        }
        #expect(parts + detokenizer.finish() == whole)
        // A second source: the standard library's own repair.
        if !ids.contains(Self.unknown) {
            #expect(
                whole
                    == String(
                        decoding: ids.filter { $0 != Self.end }.flatMap { vocabulary.bytes(of: $0) },
                        as: UTF8.self))
        }
    }

    @Test("long streams of whole and broken characters in parts", arguments: UInt64(0)..<8)
    func longStreams(_ seed: UInt64) throws {
        let vocabulary = try Self.vocabulary.get()
        var generator = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        while bytes.count < 20_000 {
            switch Int.random(in: 0..<(seed % 2 == 0 ? 4 : 40), using: &generator) {
            case 0: bytes.append(.random(in: 0x80...0xFF, using: &generator))
            case 1: bytes.append(0x61)
            default: bytes += "日😀é".utf8.prefix(Int.random(in: 1...9, using: &generator))
            }
        }
        var detokenizer = Detokenizer(vocabulary)
        let text = detokenizer.append(bytes.map { TokenID($0) }) + detokenizer.finish()
        #expect(Array(text.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8))
    }

    /// The text of `▁a`, `▁`, `b` at the start of a stream, by what encoding puts in front.
    static let leadingSpaces: [(VocabularyDefinition.SpacePrefix, Detokenizer.LeadingSpace, String)] = [
        (.each, .remove, "a b"), (.each, .keep, " a b"), (.eachUnlessSpace, .remove, "a b"),
        (.firstUnlessSpace, .remove, "a b"), (.never, .remove, " a b"), (.never, .keep, " a b"),
    ]

    @Test("the leading space that encoding added is removed, once", arguments: leadingSpaces.indices)
    func leadingSpace(_ index: Int) throws {
        let (prefix, leadingSpace, text) = Self.leadingSpaces[index]
        var definition = VocabularyDefinition(
            encoder: .metaspace, tokens: StringTable(["\u{2581}a", "\u{2581}", "b"]), tokenIDs: [0, 1, 2],
            merges: StringTable([String]()), specialTokens: [.init(name: "<s>", id: 3)], preTokenizer: .init()
        )
        definition.spacePrefix = prefix
        var detokenizer = Detokenizer(try Vocabulary(definition), leadingSpace: leadingSpace)
        for _ in 0..<2 {
            #expect(detokenizer.append([3, 0, 1, 2]) + detokenizer.finish() == text)
            detokenizer.reset()
        }
        #expect(detokenizer.append([2, 0]) == "b a")
        #expect(detokenizer.append([1, 0]) == "  a")
    }
}
