import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct MapDocumentTests {
    @Test("every field of a document is read")
    func fields() throws {
        let document = try MapDocument(parsing: Fixture.bytes("tiny.json"))
        let expected = try Fixture.object("tiny.index.json")
        #expect(document.vocab.byToken == (expected["vocab"] as? [String: Int])?.byUTF8)
        #expect(document.mergeLines == expected["merges"] as? [String])
        #expect(document.specialsByName == expected["special_tokens"] as? [String: Int])
        #expect(document.id == "tests/tiny-1.0")
        #expect(document.version == .two)
        #expect(document.vocabSize == 300)
        #expect(document.encoder == .byteLevel)
        #expect(document.preTokenizerPattern?.hasPrefix("'s|'t| ?\\p{L}+") == true)
        #expect(
            document.preTokenizerProgram == [
                .literals(["'s", "'t"], ignoringASCIICase: false), .letters(lead: .space),
                .numbers(maxRun: nil, leadSpace: true),
                .punctuationRun(leadSpace: true, trailingNewlines: false), .trailingWhitespace,
                .whitespaceRun,
            ])
        #expect(
            document.toolCalling
                == ToolCalling(
                    convention: .qwen25, startMarker: "<tool_call>", endMarker: "</tool_call>",
                    argumentsFormat: .json, resultFormat: .text))
        #expect(document.zstdDictionaries.map(\.sizeBytes) == [16384])
        #expect(document.publishedAt == "2026-05-06T07:10:32.358Z")
    }

    /// A document with all that is needed and `extra` members.
    static func json(vocab: String = "{\"a\":0,\"b\":1}", _ extra: String) -> [UInt8] {
        Array("{\"id\":\"x/y\",\"version\":\"2\",\"vocab_size\":2,\"vocab\":\(vocab)\(extra)}".utf8)
    }

    static let invalidDocuments: [(json: String, field: String)] = [
        ("{}", "id"), ("{\"id\":\"a\"}", "version"), ("{\"id\":1}", "id"),
        ("{\"id\":\"a\",\"version\":\"3\"}", "version"), ("{\"id\":\"a\",\"version\":2}", "version"),
        ("{\"id\":\"a\",\"version\":\"2\"}", "vocab_size"),
        ("{\"id\":\"a\",\"version\":\"2\",\"vocab_size\":0}", "vocab_size"),
        ("{\"id\":\"a\",\"version\":\"2\",\"vocab_size\":-5}", "vocab_size"),
        ("{\"id\":\"a\",\"version\":\"2\",\"vocab_size\":1.5}", "vocab_size"),
        ("{\"id\":\"a\",\"version\":\"2\",\"vocab_size\":1}", "vocab"),
        ("{\"id\":\"a\",\"version\":\"1\",\"vocab_size\":1,\"vocab\":{\"a\":0}}", "tokens"),
        ("{\"id\":\"../a\",\"version\":\"2\",\"vocab_size\":1,\"vocab\":{\"a\":0}}", "id"),
        ("{\"id\":\"a\",\"id\":\"a\"}", "id"), ("[]", "the document"),
        ("{\"id\":\"a\",\"version\":\"1\",\"vocab_size\":1,\"tokens\":{\"01\":\"a\"}}", "tokens"),
        ("{\"id\":\"a\",\"version\":\"1\",\"vocab_size\":1,\"tokens\":{\"0\":1}}", "tokens.0"),
        ("{\"id\":\"a\",\"version\":\"1\",\"vocab_size\":1,\"tokens\":{\"1\":\"a\",\"1\":\"b\"}}", "tokens"),
    ]

    @Test("an error names the field", arguments: invalidDocuments)
    func invalid(json: String, field: String) {
        Self.expectInvalid(Array(json.utf8), field)
    }

    static let invalidMembers: [(extra: String, field: String)] = [
        ("\"encoder\":\"bpe\"", "encoder"), ("\"merges\":[\"a b\",1]", "merges[1]"),
        ("\"merges\":[\"a b\",\"ab\"]", "merges[1]"), ("\"merges\":[\"a  b\"]", "merges[0]"),
        ("\"merges\":[\" b\"]", "merges[0]"), ("\"merges\":[\"a \"]", "merges[0]"),
        ("\"merges\":[\"a b c\"]", "merges[0]"), ("\"merges\":{}", "merges"),
        ("\"byte_fallback_start\":0", "byte_fallback_end"),
        ("\"byte_fallback_end\":255", "byte_fallback_start"),
        ("\"byte_fallback_start\":0,\"byte_fallback_end\":254", "byte_fallback_end"),
        ("\"byte_fallback_start\":2147483647,\"byte_fallback_end\":0", "byte_fallback_end"),
        ("\"special_tokens\":{\"s\":-1}", "special_tokens.s"),
        ("\"special_tokens\":{\"\":1}", "special_tokens"),
        ("\"special_tokens\":{\"s\":1,\"t\":1}", "special_tokens"),
        ("\"special_tokens\":{\"s\":1,\"s\":2}", "special_tokens.s"),
        ("\"special_tokens\":{\"s\":2147483648}", "special_tokens.s"),
        ("\"special_tokens\":[]", "special_tokens"), ("\"eos_token_id\":7", "eos_token_id"),
        ("\"bos_token_id\":\"0\"", "bos_token_id"), ("\"whole_pieces\":1", "whole_pieces"),
        ("\"pre_tokenizer_splits\":[1]", "pre_tokenizer_splits[0]"),
        ("\"pre_tokenizer_splits\":[\"a\",{}]", "pre_tokenizer_splits[1].bytes"),
        ("\"pre_tokenizer_splits\":[{\"bytes\":1}]", "pre_tokenizer_splits[0].bytes"),
        ("\"pre_tokenizer_splits\":[{\"bits\":\"a\"}]", "pre_tokenizer_splits[0].bits"),
        ("\"normalizer\":\"nfkc\"", "normalizer"), ("\"normalizer\":1", "normalizer"),
        ("\"prefix_space\":\"always\"", "prefix_space"),
        ("\"special_token_flags\":{\"s\":[]}", "special_token_flags.s"),
        ("\"special_tokens\":{\"s\":1},\"special_token_flags\":{\"s\":[\"x\"]}", "special_token_flags.s"),
        ("\"special_tokens\":{\"s\":1},\"special_token_flags\":{\"s\":[1]}", "special_token_flags.s[0]"),
        ("\"special_tokens\":{\"s\":1},\"special_token_flags\":{\"s\":[],\"s\":[]}", "special_token_flags.s"),
        ("\"pre_tokenizer_program\":{\"ops\":[]}", "pre_tokenizer_program.version"),
        ("\"pre_tokenizer_program\":{\"version\":1}", "pre_tokenizer_program.ops"),
        ("\"pre_tokenizer_program\":{\"version\":2,\"ops\":[]}", "pre_tokenizer_program.version"),
        (
            "\"pre_tokenizer_program\":{\"version\":1,\"ops\":[{\"op\":\"x\"}]}",
            "pre_tokenizer_program.ops[0].op"
        ),
        (
            "\"pre_tokenizer_program\":{\"version\":1,\"ops\":[{\"op\":\"literals\"}]}",
            "pre_tokenizer_program.ops[0].patterns"
        ),
        (
            "\"pre_tokenizer_program\":{\"version\":1,\"ops\":[{\"op\":\"numbers\",\"max_run\":0}]}",
            "pre_tokenizer_program.ops[0].max_run"
        ),
        (
            "\"tool_calling\":{\"convention\":\"custom\",\"markers\":{\"start\":\"a\",\"end\":\"b\"}}",
            "tool_calling.markers.start"
        ),
        (
            "\"tool_calling\":{\"convention\":\"custom\",\"markers\":{\"start\":\"a\"}}",
            "tool_calling.markers.end"
        ),
        ("\"tool_calling\":{\"convention\":\"other\"}", "tool_calling.convention"),
        ("\"zstd_dictionaries\":[{\"format\":\"msgpack\"}]", "zstd_dictionaries[0].url"),
        ("\"zstd_dictionaries\":[{\"hash\":\"sha256:0\"}]", "zstd_dictionaries[0].hash"),
        ("\"zstd_dictionaries\":[{\"url\":\"a\",\"url\":\"a\"}]", "zstd_dictionaries[0].url"),
        ("\"rank_tables\":{}", "rank_tables"),
        ("\"rank_tables\":[{\"url\":\"a\"}]", "rank_tables[0].hash"),
        ("\"rank_tables\":[{\"size_bytes\":-1}]", "rank_tables[0].size_bytes"),
    ]

    @Test("an error in an optional field names it", arguments: invalidMembers)
    func invalidExtra(extra: String, field: String) {
        Self.expectInvalid(Self.json("," + extra), field)
    }

    @Test(
        "vocabularies that cannot be",
        arguments: [
            "{\"a\":0,\"b\":0}", "{\"a\":2147483648}",
            "{\"a\":-1}",
            "{\"a\":1.0}", "{\"a\":\"1\"}", "{\"a\":{}}", "[\"a\"]", "{\"a\":2147483647,\"b\":2147483647}",
        ])
    func invalidVocab(vocab: String) { Self.expectInvalid(Self.json(vocab: vocab, ""), "vocab") }

    @Test("a token that occurs twice", arguments: ["{\"a\":0,\"a\":1}", "{\"a\":0,\"\\u0061\":1}"])
    func repeatedToken(vocab: String) {
        let error = #expect(throws: MapError.self) {
            try TokenizerMap(parsing: Self.json(vocab: vocab, ",\"encoder\":\"byte_level\""))
        }
        #expect(error?.field == "vocab")
    }

    static func expectInvalid(_ json: [UInt8], _ field: String) {
        let error = #expect(throws: MapError.self) { try MapDocument(parsing: json) }
        #expect(error?.field == field)
        #expect(error?.code == .invalidField)
        #expect(error?.description.hasPrefix(field) == true)
    }

    @Test("null is as good as absent, and unknown members do not matter")
    func ignored() throws {
        let plain = try MapDocument(parsing: Self.json(""))
        #expect(
            try MapDocument(parsing: Self.json(",\"encoder\":null,\"merges\":null,\"x\":[{\"id\":{}}]"))
                == plain)
        #expect(plain.encoder == nil)
        #expect(plain.vocabularyDefinition().encoder == .plain)
    }

    @Test("damaged JSON is told with its place")
    func malformed() {
        let error = #expect(throws: MapError.self) { try MapDocument(parsing: Array("{\"id\":\"a\",}".utf8)) }
        #expect(error?.code == .malformed)
        #expect(error?.offset == 10)
    }

    @Test("what an error quotes is short and has no control characters")
    func quoting() throws {
        let name = "\\u001b[2J" + String(repeating: "é", count: 100_000)
        let error = #expect(throws: MapError.self) {
            try MapDocument(parsing: Self.json(",\"special_tokens\":{\"\(name)\":-1}"))
        }
        let text = try #require(error?.description)
        #expect(text.utf8.count < 1000)
        #expect(text.hasPrefix("special_tokens.\\u{1b}[2Jéé"))
        #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test("a document cut off at any byte is malformed")
    func truncation() throws {
        let bytes = try Fixture.bytes("tiny.json")
        for count in 0..<bytes.count {
            #expect { try MapDocument(parsing: Array(bytes[..<count])) } throws: {
                ($0 as? MapError)?.code == .malformed
            }
        }
    }

    @Test("writing is a fixed point, and keeps everything")
    func writing() throws {
        let document = try MapDocument(parsing: Fixture.bytes("tiny.json"))
        let written = document.canonicalBytes()
        let again = try MapDocument(parsing: written)
        #expect(again.canonicalBytes() == written)
        #expect(again.vocab.byToken == document.vocab.byToken)
        #expect(again.vocab.ids == again.vocab.ids.sorted())
        var sorted = document
        sorted.vocab = again.vocab
        sorted.specialTokens = again.specialTokens
        #expect(again == sorted)
        #expect(again.specialsByName == document.specialsByName)
    }

    @Test("extensions and the old form are written and read too")
    func writingExtensions() throws {
        var document = MapDocument(
            id: "a", version: .one, vocabSize: 3,
            vocab: .init(tokens: StringTable(["\u{0}\u{1F}\"\\/\u{7F}", "é😀", "é😀"]), ids: [5, 3, 9]),
            specialTokens: [
                .init(name: "</s>", id: 5), .init(name: "<s>", id: 9, flags: [.stripsAfter, .visible]),
                .init(name: "<a>", id: 11, flags: [.stripsBefore, .matchesAlways]),
            ])
        document.preTokenizerSplits = [.pattern("\\p{N}"), .bytePattern("\n\t\r\u{8}\u{C}")]
        document.preTokenizerProgram = [
            .literals(["x"], ignoringASCIICase: true), .letters(lead: .other), .letters(lead: .none),
            .numbers(maxRun: 3, leadSpace: false), .punctuationRun(leadSpace: true, trailingNewlines: true),
            .newlineBlock, .metaspaceSplit(prefixFirst: true), .metaspaceSplit(prefixFirst: false),
        ]
        document.wholePieces = true
        document.normalization = .nfc
        document.spacePrefix = .eachUnlessSpace
        document.byteFallbackStart = 10
        document.beginOfSequenceID = 5
        document.endOfSequenceID = 9
        let again = try MapDocument(parsing: document.canonicalBytes())
        document.vocab = .init(tokens: StringTable(["é😀", "\u{0}\u{1F}\"\\/\u{7F}", "é😀"]), ids: [3, 5, 9])
        #expect(again == document)
    }

    @Test("ids that no document can hold are not written")
    func largeIDs() {
        var document = MapDocument(
            id: "a", vocabSize: 1, vocab: .init(tokens: StringTable(["a"]), ids: [1 << 31]))
        #expect(throws: MapError.self) { try document.validate() }
        document.vocab.ids = [0]
        #expect(throws: Never.self) { try document.validate() }
        document.byteFallbackStart = TokenID(Int32.max)
        #expect(throws: MapError.self) { try document.validate() }
    }

    @Test("special tokens are not ordinary ones, in the vocabulary or not")
    func definition() throws {
        let document = try MapDocument(parsing: Fixture.bytes("tiny.json"))
        let definition = document.vocabularyDefinition()
        let vocabulary = try Vocabulary(definition)
        #expect((0...300).filter { vocabulary.isSpecial(TokenID($0)) } == [0, 1, 2, 300])
        #expect(Tokenizer(vocabulary).encode("<tool_call>").allSatisfy { $0 > 2 })
        #expect(definition.specialTokens.map(\.id).sorted() == [0, 1, 2, 300])
        #expect(definition.preTokenizer.splits.count == 1)
        var split = document
        split.preTokenizerSplits = [.pattern("a"), .bytePattern("b")]
        #expect(
            split.vocabularyDefinition().preTokenizer.splits
                == [.pattern("a"), .bytePattern("b")])
        split.normalization = .nfc
        split.spacePrefix = .firstUnlessSpace
        #expect(split.vocabularyDefinition().normalization == .nfc)
        #expect(split.vocabularyDefinition().spacePrefix == .firstUnlessSpace)
        #expect(definition.normalization == .none)
        #expect(definition.spacePrefix == .never)
    }

    @Test("ids", arguments: ["qwen/qwen2", "a", "x.y_z-0/1"])
    func validID(id: String) { #expect(MapDocument.isValidID(id)) }

    @Test("no ids", arguments: ["", "/a", "a..b", "A", "a b", "é", "a#b", "a\n"])
    func invalidID(id: String) { #expect(!MapDocument.isValidID(id)) }
}
