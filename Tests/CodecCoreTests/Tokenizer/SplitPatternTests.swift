import Testing

@testable import CodecCore

@Suite struct SplitPatternTests {
    static let gpt2 = PublishedPatterns.gpt2
    static let cl100k = PublishedPatterns.cl100k
    static let o200k = PublishedPatterns.o200k

    static let cases: [(splits: [String], text: String, pieces: [String])] = [
        ([gpt2], "Hello world", ["Hello", " world"]),
        ([gpt2], "it's we'll 'Tis", ["it", "'s", " we", "'ll", " '", "Tis"]),
        ([gpt2], "a  b   \n", ["a", " ", " b", "   \n"]),
        ([gpt2], "x = 12345;", ["x", " =", " 12345", ";"]),
        ([gpt2], "tail   ", ["tail", "   "]),
        ([gpt2], "é ü\u{301}", ["é", " ü", "\u{301}"]),
        ([cl100k], "IT'S 12345\n\n  go", ["IT", "'S", " ", "123", "45", "\n\n", " ", " go"]),
        ([cl100k], "'\u{17F}x", ["'\u{17F}", "x"]),
        ([cl100k], "(foo).bar\r\n", ["(foo", ").", "bar", "\r\n"]),
        ([cl100k], "a!!\n\nb", ["a", "!!\n\n", "b"]),
        ([cl100k], "日本語 テキスト", ["日本語", " テキスト"]),
        ([o200k], "HTMLParser isn't CamelCase", ["HTMLParser", " isn't", " Camel", "Case"]),
        ([o200k], "ABC", ["ABC"]),
        ([o200k], "DON'T", ["DON'T"]),
        ([#"\p{N}"#, gpt2], "a 12  b", ["a", " ", "1", "2", " ", " b"]),
        ([#"\p{N}"#, gpt2], "12", ["1", "2"]),
        ([#"a{2,3}"#], "aaaaaaa", ["aaa", "aaa", "a"]),
        ([#"a{2,3}?"#], "aaaaaaa", ["aa", "aa", "aa", "a"]),
        ([#"a++a|b"#], "aaab", ["aaa", "b"]),
        ([#"\s++$|\s"#], "a  \n", ["a", "  \n"]),
        ([#"x(?=y)|y"#], "xyx", ["x", "y", "x"]),
        ([#"[一-龥\u3040-ゟ゠-ヿ]+"#], "ab漢字かなcd", ["ab", "漢字かな", "cd"]),
        ([#"[^\p{L}\u{11DE0}]+"#], "a1\u{11DE0}2", ["a", "1", "\u{11DE0}", "2"]),
        ([#"(?i:abc)|."#], "aBCd", ["aBC", "d"]),
        ([#"q*"#], "abc", ["abc"]),
        ([#"(?:ab)+|b"#], "abababb", ["ababab", "b"]),
        ([#"(?:ab){2}?c?"#], "ababc", ["ababc"]),
        ([#"x(?=[yz]|$)|."#], "xyxax", ["x", "y", "x", "a", "x"]),
        ([#"[a-z&&[^aeiou]]+"#], "strange", ["str", "a", "ng", "e"]),
        ([#"[\p{L}&&\p{Lu}b]+"#], "ABc", ["AB", "c"]),
        ([#"[a[b-d]e]+"#], "xabcdef", ["x", "abcde", "f"]),
        ([#"\p{Han}+"#], "ab漢字〇カ", ["ab", "漢字〇", "カ"]),
        ([], "whole text", ["whole text"]),
    ]

    @Test("pieces", arguments: cases.indices)
    func pieces(_ index: Int) throws {
        let (splits, text, expected) = Self.cases[index]
        let preTokenizer = try PreTokenizer(.init(splits: splits.map { .pattern($0) }))
        var pieces: [String] = []
        let bytes = Array(text.utf8)
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            preTokenizer.forEachPiece(base, 0, buffer.count) { start, end in
                pieces.append(String(decoding: bytes[start..<end], as: UTF8.self))
            }
        }
        #expect(pieces == expected)
    }

    @Test(
        "a program means what its pattern means", arguments: ["", "it's 12345 a\n\n b  ", "日本 x!!\r\n'S ſ"])
    func program(_ text: String) throws {
        let program: [ProgramOp] = [
            .literals(["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"], ignoringASCIICase: true),
            .letters(lead: .other), .numbers(maxRun: 3, leadSpace: false),
            .punctuationRun(leadSpace: true, trailingNewlines: true), .newlineBlock, .trailingWhitespace,
            .whitespaceRun,
        ]
        var results: [[Int]] = []
        for split in [PreTokenizerDefinition.Split.program(program), .pattern(Self.cl100k)] {
            let preTokenizer = try PreTokenizer(.init(splits: [split]))
            var ends: [Int] = []
            Array(text.utf8).withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                preTokenizer.forEachPiece(base, 0, buffer.count) { ends.append($1) }
            }
            results.append(ends)
        }
        #expect(results[0] == results[1])
    }

    static let refused: [(pattern: String, reason: String, offset: Int)] = [
        (#"(a)++"#, "possessive group", 3),
        (#"(a?)+"#, "repeated group that may be empty", 4),
        (#"(?<=a)b"#, "group of this kind: only (?: (?i: (?= (?! are supported", 0),
        (#"(?>a)b"#, "group of this kind: only (?: (?i: (?= (?! are supported", 0),
        (#"(?=(\d{3})+(?!\d))"#, "lookahead further than one character", 0),
        (#"a(?!bc)"#, "lookahead further than one character", 1),
        (#"\bword"#, "escape that is not supported", 0),
        (#"[\p{L}--b]"#, "class arithmetic or POSIX class", 8),
        (#"[[:alpha:]]"#, "class arithmetic or POSIX class", 3),
        (#"\p{Greek}"#, "property that is neither a general category nor Han", 0),
        (#"a{2000}"#, "repetition above 1,000", 5),
        (#"a{3,2}"#, "repetition with maximum below minimum", 6),
        (#"a**"#, "quantifier after a quantifier", 2),
        (#"*a"#, "quantifier without anything before it", 0),
        (#"(a"#, "group without )", 0),
        (#"a)"#, "unmatched )", 1),
        (#"[a"#, "[ without ]", 0),
        (#"[a&&[b]"#, "[ without ]", 0),
        (#"\"#, "\\ at the end", 1),
        ("(?:(?:a{999}b?){999}){999}", "pattern too large", 0),
        ("(?:[ab]{0,1000}c){70}", "repetitions that multiply to more than 65,535", 0),
        ("[ab]*a[ab]{14}", "pattern that needs more than 4,096 states", 0),
        (#"(?i:é)"#, "case-insensitive class beyond ASCII", 6),
        (#"\x{110000}"#, "hexadecimal escape", 10),
        (String(repeating: "(", count: 40), "groups nested deeper than 16", 16),
        (String(repeating: "[", count: 40), "classes nested deeper than 16", 15),
        (String(repeating: "a", count: 20_000), "pattern longer than 16,384 bytes", 16_384),
        (
            (0..<40).map { "\\x{\(String(0x4E00 + $0, radix: 16))}" }.joined(separator: "|"),
            "more than 32 different classes", 0
        ),
    ]

    @Test("what is not supported is named", arguments: refused.indices)
    func refuses(_ index: Int) throws {
        let (pattern, reason, offset) = Self.refused[index]
        #expect(throws: PatternError(reason, offset: offset)) { try CompiledPattern(pattern) }
    }

    @Test("categories agree with the runtime's for every scalar that Unicode 16 knows")
    func categories() {
        typealias Category = Unicode.GeneralCategory
        let order: [Category] = [
            .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
            .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
            .modifierSymbol, .otherSymbol, .spaceSeparator, .lineSeparator, .paragraphSeparator, .control,
            .format, .surrogate, .privateUse, .unassigned,
        ]
        var differing: [UInt32] = []
        for value in UInt32(0)..<0x110000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let ours = GeneralCategory.of(value)
            let isWhiteSpace = GeneralCategory.whiteSpace >> UInt32(ours) & 1 == 1
            let category: Category = ours == GeneralCategory.whiteSpaceControl ? .control : order[Int(ours)]
            // The runtime's Unicode may be newer: it may know what is unassigned here.
            if category == .unassigned { continue }
            if category != scalar.properties.generalCategory || isWhiteSpace != scalar.properties.isWhitespace
            {
                differing.append(value)
            }
        }
        // Characters whose category a later Unicode version changed.
        #expect(differing.count <= 2, "\(differing.prefix(20).map { String($0, radix: 16) })")
    }
}
