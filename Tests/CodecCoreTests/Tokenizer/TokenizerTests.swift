import CodecTesting
import Testing

@testable import CodecCore

@Suite struct TokenizerTests {
    static let vocabulary = Result {
        try SmallVocabulary(
            merges: [("<", "|"), ("|", ">"), ("h", "i"), ("\n", "\n"), (" ", "hi")],
            specials: ["<|end|>", "<|end|>more", "hi", "<|"], pattern: SplitPatternTests.cl100k
        ).compile()
    }
    // Ids: 256 "<|", 257 "|>", 258 "hi", 259 "\n\n", 260 " hi", then the special tokens.
    static let end: TokenID = 261
    static let endMore: TokenID = 262
    static let specialHi: TokenID = 263
    static let open: TokenID = 264

    @Test("special tokens are text unless the caller says otherwise")
    func specials() throws {
        let tokenizer = Tokenizer(try Self.vocabulary.get())
        #expect(tokenizer.encode("<|end|>") == [256, 101, 110, 100, 257])
        #expect(tokenizer.encode("<|end|>", specials: .parse) == [Self.end])
        #expect(tokenizer.encode("hi hi") == [258, 260])
    }

    @Test("of special tokens the leftmost is taken, and the longest that starts there")
    func longest() throws {
        let tokenizer = Tokenizer(try Self.vocabulary.get())
        #expect(tokenizer.encode("<|end|>more", specials: .parse) == [Self.endMore])
        #expect(tokenizer.encode("<|end|>mor", specials: .parse) == [Self.end, 109, 111, 114])
        #expect(tokenizer.encode("<<|enx", specials: .parse) == [60, Self.open, 101, 110, 120])
        #expect(
            tokenizer.encode("<|end|>hi<|end|>", specials: .parse) == [Self.end, Self.specialHi, Self.end])
    }

    @Test("segments are one text, with special tokens only where they are allowed")
    func segments() throws {
        let tokenizer = Tokenizer(try Self.vocabulary.get())
        typealias Segment = Tokenizer.Segment
        // The newline of the template and that of the text become one token, as in the whole text.
        #expect(
            tokenizer.encode([Segment("<|end|>\n", specials: .parse), Segment("\n<|end|>")])
                == [Self.end, 259, 256, 101, 110, 100, 257])
        // A special token is not put together from two segments.
        #expect(
            tokenizer.encode([Segment("<|en", specials: .parse), Segment("d|>", specials: .parse)])
                == [Self.open, 101, 110, 100, 257])
        #expect(tokenizer.encode([]).isEmpty)
        #expect(tokenizer.encode([Segment(""), Segment("hi"), Segment("")]) == [258])
        for text in ["hi\n\n hi", "<|end|> hi", "a\n"] {
            let halves = [Segment(String(text.prefix(3))), Segment(String(text.dropFirst(3)))]
            #expect(tokenizer.encode(halves) == tokenizer.encode(text))
        }
    }

    @Test("bytes that the vocabulary lacks are counted")
    func droppedBytes() throws {
        var definition = SmallVocabulary(merges: []).definition()
        // Of the bytes only the letters stay.
        let kept = (0x61...0x7A).map { TokenID($0) }
        definition.tokens = StringTable(kept.map { SmallVocabulary.spell([UInt8($0)]) })
        definition.tokenIDs = kept
        let tokenizer = Tokenizer(try Vocabulary(definition))
        for (text, dropped) in [
            ("abc", 0), ("a b\u{E9}", 3), ("", 0), (String(repeating: "x \u{4}", count: 100), 200),
        ] {
            var count = 1
            let ids = Array(text.utf8).withUnsafeBufferPointer {
                tokenizer.encode(utf8: $0, droppedBytes: &count)
            }
            #expect(count == 1 + dropped)
            #expect(ids.count == text.utf8.count - dropped)
        }
    }

    /// Tokens `a` and `▁`, or only `a`, of characters.
    private static func characters(_ tokens: [String]) -> VocabularyDefinition {
        var definition = VocabularyDefinition(
            encoder: .metaspace, tokens: StringTable(tokens),
            tokenIDs: tokens.indices.map { TokenID($0 + 256) },
            merges: StringTable(), specialTokens: [], preTokenizer: .init())
        definition.spacePrefix = .never
        return definition
    }

    @Test("characters that the vocabulary lacks are counted in bytes, spaces and ▁ too")
    func droppedCharacters() throws {
        for (tokens, text, dropped) in [
            (["a", "▁"], "a ▁a", 0), (["a", "▁"], "aé 字", 5), (["a"], "a ▁", 4), (["▁"], "▁ aa", 2),
        ] {
            let tokenizer = Tokenizer(try Vocabulary(Self.characters(tokens)))
            // The second time pieces may come from the cache.
            for _ in 0..<2 {
                var count = 0
                let ids = Array(text.utf8).withUnsafeBufferPointer {
                    tokenizer.encode(utf8: $0, droppedBytes: &count)
                }
                #expect(count == dropped)
                #expect(ids.allSatisfy { $0 >= 256 })
            }
        }
    }

    @Test("byte tokens that are spelled as nothing have room")
    func emptyByteTokens() throws {
        var definition = Self.characters(["a", "▁"])
        for byte in 0..<256 {
            definition.tokens.append("".utf8)
            definition.tokenIDs.append(TokenID(byte))
        }
        definition.byteFallbackStart = 0
        let vocabulary = try Vocabulary(definition)
        let room = vocabulary.tables.memory.bytes.count
        #expect(vocabulary.image.count <= room)
        #expect(Tokenizer(vocabulary).encode("aé ") == [256, 0xC3, 0xA9, 257])
        #expect((0..<256).allSatisfy { vocabulary.bytes(of: TokenID($0)) == [UInt8($0)] })
    }

    @Test("bytes that are no UTF-8 are encoded byte by byte and come back")
    func malformed() throws {
        let vocabulary = try Self.vocabulary.get()
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let ids = bytes.withUnsafeBufferPointer { Tokenizer(vocabulary).encode(utf8: $0) }
            #expect(ids.flatMap { vocabulary.bytes(of: $0) } == bytes)
        }
    }

    static let broken:
        [(change: @Sendable (inout VocabularyDefinition) -> Void, field: String, reason: String)] = [
            ({ $0.tokenIDs[5] = 6 }, "vocab", "id 6 occurs twice"),
            ({ $0.tokenIDs[5] = 1 << 22 }, "vocab", "id 4194304 is not below 4194304"),
            ({ $0.tokenIDs[5] = .max }, "vocab", "id 4294967295 is not below 4194304"),
            ({ $0.tokenIDs.removeLast() }, "vocab", "as many ids as tokens are needed"),
            ({ $0.merges.append("xy".utf8) }, "merges", "line 1 is not two tokens with one space between"),
            ({ $0.merges.append(" y".utf8) }, "merges", "line 1 is not two tokens with one space between"),
            ({ $0.merges.append("x y".utf8) }, "merges", "line 1 names a token that vocab has not"),
            ({ $0.merges.append("x \u{2581}".utf8) }, "merges", "line 1 names a token that vocab has not"),
            (
                { $0.specialTokens = [.init(name: "s", id: 1 << 30)] }, "special_tokens",
                "id 1073741824 is not below 4194304"
            ),
            (
                { $0.specialTokens = [.init(name: "s", id: 300), .init(name: "t", id: 300)] },
                "special_tokens",
                "id 300 occurs twice"
            ),
            (
                {
                    $0 = characters(["a"])
                    $0.byteFallbackStart = 1
                }, "byte_fallback_start", "the 256 ids are not all in vocab"
            ),
            (
                {
                    $0 = characters(["a"])
                    $0.byteFallbackStart = .max
                }, "byte_fallback_start", "the 256 ids are not all in vocab"
            ),
            (
                { $0.preTokenizer = .init(splits: [.pattern("(a")]) }, "pre_tokenizer_pattern",
                "not supported at byte 0: group without )"
            ),
        ]

    @Test("what cannot be right is named", arguments: broken.indices)
    func refuses(_ index: Int) throws {
        var definition = SmallVocabulary(merges: [("a", "b")]).definition()
        Self.broken[index].change(&definition)
        #expect(throws: VocabularyError(field: Self.broken[index].field, reason: Self.broken[index].reason)) {
            try Vocabulary(definition)
        }
    }
}
