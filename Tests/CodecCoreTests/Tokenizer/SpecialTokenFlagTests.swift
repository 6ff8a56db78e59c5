import Testing

@testable import CodecCore

@Suite struct SpecialTokenFlagTests {
    typealias Flags = VocabularyDefinition.SpecialToken.Flags

    enum Part {
        case text(String)
        case token(String)
    }

    private func tokenizer(
        _ specials: [(name: String, flags: Flags)], change: (inout VocabularyDefinition) -> Void = { _ in }
    ) throws -> Tokenizer {
        var definition = SmallVocabulary(merges: [], specials: specials.map(\.name)).definition()
        for index in specials.indices { definition.specialTokens[index].flags = specials[index].flags }
        change(&definition)
        return Tokenizer(try Vocabulary(definition))
    }

    private func ids(_ parts: [Part], _ vocabulary: Vocabulary) throws -> [TokenID] {
        try parts.flatMap { part in
            switch part {
            case .text(let text): text.utf8.map { TokenID($0) }
            case .token(let name): [try #require(vocabulary.specialID(named: name))]
            }
        }
    }

    static let specials: [(name: String, flags: Flags)] = [
        ("<L>", .stripsBefore), ("<R>", .stripsAfter), ("<B>", [.stripsBefore, .stripsAfter]), ("<N>", []),
        (" <S>", []), ("\n", .stripsAfter),
    ]

    /// What Hugging Face `tokenizers` 0.23 makes of these texts with these tokens (`lstrip`, `rstrip`).
    static let stripped: [(text: String, parts: [Part])] = [
        ("a <L> b", [.text("a"), .token("<L>"), .text(" b")]),
        ("a <R> b", [.text("a "), .token("<R>"), .text("b")]),
        ("a <B> b", [.text("a"), .token("<B>"), .text("b")]),
        ("<R>  <L>", [.token("<R>"), .token("<L>")]),
        ("<R> <N>", [.token("<R>"), .token("<N>")]),
        ("<N> <L>", [.token("<N>"), .token("<L>")]),
        ("<N>  <N>", [.token("<N>"), .text("  "), .token("<N>")]),
        (" <L>", [.token("<L>")]),
        ("<L> ", [.token("<L>"), .text(" ")]),
        ("<R> ", [.token("<R>")]),
        (" <R>", [.text(" "), .token("<R>")]),
        ("  <B>  ", [.token("<B>")]),
        ("<R> <S>x", [.token("<R>"), .token(" <S>"), .text("x")]),
        ("<R>\n\nx", [.token("<R>"), .token("\n"), .token("\n"), .text("x")]),
        ("\n \n<L>", [.token("\n"), .token("\n"), .token("<L>")]),
        ("<L> <R>", [.token("<L>"), .text(" "), .token("<R>")]),
        ("<B> <B>", [.token("<B>"), .token("<B>")]),
        ("a\u{A0}\u{3000}<B>\u{2003}\u{2028}\u{85}\u{B}x", [.text("a"), .token("<B>"), .text("x")]),
        ("\u{1C}<B>\u{1C}x", [.text("\u{1C}"), .token("<B>"), .text("\u{1C}x")]),
        ("\u{180E}<B>\u{200B}x", [.text("\u{180E}"), .token("<B>"), .text("\u{200B}x")]),
        ("<R> \n \nx", [.token("<R>"), .token("\n"), .token("\n"), .text("x")]),
        ("a \n <L>", [.text("a "), .token("\n"), .token("<L>")]),
        ("   ", [.text("   ")]),
        ("<B><B>", [.token("<B>"), .token("<B>")]),
        ("é <B> é", [.text("é"), .token("<B>"), .text("é")]),
        ("x\n  y", [.text("x"), .token("\n"), .text("y")]),
    ]

    @Test(
        "white space beside a special token belongs to it where its flags say so", arguments: stripped.indices
    )
    func strips(_ index: Int) throws {
        let tokenizer = try tokenizer(Self.specials)
        let (text, parts) = Self.stripped[index]
        #expect(try tokenizer.encode(text, specials: .parse) == ids(parts, tokenizer.vocabulary))
        #expect(tokenizer.encode(text) == text.utf8.map { TokenID($0) })
    }

    @Test("white space is stripped across the borders of segments, names are not found across them")
    func segments() throws {
        let tokenizer = try tokenizer(Self.specials)
        let segments: [Tokenizer.Segment] = [
            .init("a "), .init(" <B> ", specials: .parse), .init(" <B> b"),
        ]
        #expect(
            try tokenizer.encode(segments)
                == ids([.text("a"), .token("<B>"), .text("<B> b")], tokenizer.vocabulary))
    }

    @Test("many names that are white space strip in linear time")
    func manyStrips() throws {
        let tokenizer = try tokenizer([("\n", [.stripsBefore, .stripsAfter])])
        let text = String(repeating: "\n", count: 200_000) + "x"
        #expect(tokenizer.encode(text, specials: .parse) == Array(repeating: 256, count: 200_000) + [0x78])
    }

    @Test("what matches always is found in plain text too")
    func always() throws {
        let tokenizer = try tokenizer([("<A>", .matchesAlways), ("<A><N>", []), ("<N>", [])])
        let vocabulary = tokenizer.vocabulary
        #expect(
            try tokenizer.encode("x<A><N>") == ids([.text("x"), .token("<A>"), .text("<N>")], vocabulary))
        #expect(
            try tokenizer.encode("x<A><N>", specials: .parse)
                == ids([.text("x"), .token("<A><N>")], vocabulary))
    }

    /// What Hugging Face `tokenizers` 0.23 makes of these texts where `▁` stands for spaces.
    static let amongCharacters: [(text: String, ids: [TokenID])] = [
        ("a\n<L>", [256, 260, 258]), ("<R>\nb", [259, 260, 257]), ("x<L>", [261]),
        ("a\n\nb", [256, 260, 260, 257]),
        ("<L\n", [0x3C, 0x4C, 260]),
    ]

    @Test(
        "what matches always and what is only parsed are found together", arguments: amongCharacters.indices)
    func alwaysAmongCharacters(_ index: Int) throws {
        var tokens = StringTable((0..<256).map { "<\($0)>" })
        for token in ["a", "b"] { tokens.append(token.utf8) }
        var definition = VocabularyDefinition(
            encoder: .metaspace, tokens: tokens, tokenIDs: (0..<tokens.count).map { TokenID($0) },
            merges: StringTable(),
            specialTokens: [
                .init(name: "<L>", id: 258, flags: .stripsBefore),
                .init(name: "<R>", id: 259, flags: .stripsAfter),
                .init(name: "\n", id: 260, flags: [.visible, .matchesAlways]),
                .init(name: "x<L>", id: 261, flags: [.visible, .matchesAlways]),
            ],
            byteFallbackStart: 0, preTokenizer: .init())
        definition.spacePrefix = .never
        let (text, ids) = Self.amongCharacters[index]
        #expect(Tokenizer(try Vocabulary(definition)).encode(text, specials: .parse) == ids)
    }

    @Test("a visible special token is shown where special tokens are hidden")
    func visible() throws {
        let vocabulary = try tokenizer([("<V>", .visible), ("<N>", [])]).vocabulary
        #expect(vocabulary.decode([256, 257, 0x61, 256]) == "<V>a<V>")
        #expect(vocabulary.decode([256, 257, 0x61], specials: .show) == "<V><N>a")
        #expect(vocabulary.decode([0xC3, 256, 0xA9]) == "\u{FFFD}<V>\u{FFFD}")
    }

    /// Text and, for each way to put a space in front, the bytes that are encoded.
    static let prefixes: [(VocabularyDefinition.SpacePrefix, [Part])] = [
        (.never, [.text("a"), .token("<N>"), .text("b"), .token("<N>"), .text(" c"), .token("<N>")]),
        (.each, [.text(" a"), .token("<N>"), .text(" b"), .token("<N>"), .text("  c"), .token("<N>")]),
        (
            .eachUnlessSpace,
            [.text(" a"), .token("<N>"), .text(" b"), .token("<N>"), .text(" c"), .token("<N>")]
        ),
        (
            .firstUnlessSpace,
            [.text(" a"), .token("<N>"), .text("b"), .token("<N>"), .text(" c"), .token("<N>")]
        ),
    ]

    @Test("a space comes in front where the vocabulary says so", arguments: prefixes.indices)
    func prefix(_ index: Int) throws {
        let (prefix, parts) = Self.prefixes[index]
        let tokenizer = try tokenizer([("<N>", [])]) { $0.spacePrefix = prefix }
        #expect(
            try tokenizer.encode("a<N>b<N> c<N>", specials: .parse) == ids(parts, tokenizer.vocabulary))
        #expect(tokenizer.encode("").isEmpty)
        let first = tokenizer.encode("<N>d", specials: .parse)
        #expect(
            try first
                == ids(
                    [.token("<N>"), .text(prefix == .never || prefix == .firstUnlessSpace ? "d" : " d")],
                    tokenizer.vocabulary))
    }

    @Test("text is normalized between special tokens, which are found before")
    func normalization() throws {
        // U+212B becomes U+00C5 and U+2126 becomes U+03A9, so neither is found once normalized.
        let tokenizer = try tokenizer([("\u{212B}", .stripsAfter), ("\u{3A9}", [])]) {
            $0.normalization = .nfc
        }
        let vocabulary = tokenizer.vocabulary
        #expect(tokenizer.encode("e\u{301}\u{212B}") == Array("\u{E9}\u{C5}".utf8).map { TokenID($0) })
        #expect(
            try tokenizer.encode("e\u{212B}\u{301}e\u{301}\u{2126}", specials: .parse)
                == ids([.text("e"), .token("\u{212B}"), .text("\u{301}\u{E9}\u{3A9}")], vocabulary))
        // Marks that are apart in segments still come together.
        #expect(tokenizer.encode([.init("e"), .init("\u{301}")]) == Array("\u{E9}".utf8).map { TokenID($0) })
    }
}
