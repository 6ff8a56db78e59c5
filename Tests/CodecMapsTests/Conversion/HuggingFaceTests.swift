import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct HuggingFaceTests {
    /// A `tokenizer.json` as JSON text; parts are given as JSON.
    struct Parts {
        var added = "[]"
        var normalizer = "null"
        var preTokenizer = #"{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"#
        var postProcessor = "null"
        var vocab = #"{"a":0,"b":1,"ab":2,"<s>":3,"Ġ":4}"#
        var merges = #"["a b"]"#
        var options = ""

        var bytes: [UInt8] {
            Array(
                """
                {"version":"1.0","truncation":null,"added_tokens":\(added),"normalizer":\(normalizer),
                "pre_tokenizer":\(preTokenizer),"post_processor":\(postProcessor),"decoder":{"type":"ByteLevel"},
                "model":{"type":"BPE","dropout":null,"unk_token":null\(options),"vocab":\(vocab),"merges":\(merges)}}
                """.utf8)
        }

        func convert(config: String? = nil) throws -> MapDocument {
            try MapConversion(parsing: bytes, config: config.map { Array($0.utf8) }, id: "a").document
        }

        /// SentencePiece's way, with byte tokens.
        static var metaspace: Parts {
            var parts = Parts()
            parts.normalizer =
                #"{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"#
            parts.preTokenizer = "null"
            let bytes = (0..<256).map {
                "\"<0x\($0 < 16 ? "0" : "")\(String($0, radix: 16, uppercase: true))>\":\($0 + 10)"
            }
            parts.vocab =
                "{\"<unk>\":0,\"▁\":1,\"a\":2,\"b\":3,\"ab\":4,\"▁ab\":5,\(bytes.joined(separator: ","))}"
            parts.merges = #"[["a","b"],["▁","ab"]]"#
            parts.added = "[\(token("<unk>", 0))]"
            parts.options = ",\"byte_fallback\":true,\"fuse_unk\":true"
            return parts
        }
    }

    static func token(_ content: String, _ id: Int, _ more: String = "\"special\":true,\"normalized\":false")
        -> String
    {
        "{\"id\":\(id),\"content\":\"\(content)\",\"single_word\":false,\(more)}"
    }

    @Test(
        "names of which one may be found first inside another",
        arguments: [("ab", "ba"), ("ab", "a"), ("ab", "b")])
    func overlappingNames(late: String, early: String) throws {
        var parts = Parts()
        func added(_ late: String) -> String {
            let token = Self.token(late, 9, "\"special\":true,\"normalized\":true")
            return "[\(token),\(Self.token("<\(early)", 10))]"
        }
        parts.added = added("<" + late)
        if late.hasPrefix(early) {
            #expect(throws: MapError.self) { try parts.convert() }
        } else {
            #expect(throws: Never.self) { try parts.convert() }
        }
        parts.added = added("x<" + early)
        #expect(throws: MapError.self) { try parts.convert() }
    }

    @Test("byte-level: vocabulary, added tokens with their flags, template, configuration")
    func byteLevel() throws {
        var parts = Parts()
        parts.added = """
            [\(Self.token("<s>", 3)),\(Self.token("<x>", 9, "\"lstrip\":true,\"rstrip\":true,\"special\":true")),
            \(Self.token("<tool_call>", 10, "\"special\":false")),\(Self.token("</tool_call>", 11, "\"special\":false")),
            \(Self.token("  ", 12, "\"special\":false"))]
            """
        parts.postProcessor =
            #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<x>","type_id":0}}]}"#
        parts.options = ",\"ignore_merges\":true"
        let document = try parts.convert()
        #expect(document.encoder == .byteLevel)
        #expect(document.vocabSize == 9)
        #expect(document.mergeLines == ["a b"])
        #expect(document.wholePieces)
        #expect(document.spacePrefix == nil)
        #expect(document.normalization == .none)
        #expect(document.preTokenizerPattern == PreTokenizerFamily.gpt2Pattern)
        #expect(document.preTokenizerSplits == nil)
        #expect(
            document.specialTokens == [
                .init(name: "<s>", id: 3), .init(name: "<x>", id: 9, flags: [.stripsBefore, .stripsAfter]),
                .init(name: "<tool_call>", id: 10, flags: .visible),
                .init(name: "</tool_call>", id: 11, flags: .visible),
                .init(name: "  ", id: 12, flags: [.visible, .matchesAlways]),
            ])
        #expect(document.beginOfSequenceID == 3)
        #expect(document.endOfSequenceID == 9)
        #expect(document.toolCalling?.convention == .qwen25)
        let config =
            #"{"bos_token":null,"eos_token":{"content":"<s>"},"chat_template":[{"name":"x","template":"none"}]}"#
        let configured = try parts.convert(config: config)
        #expect(configured.endOfSequenceID == 3)
        #expect(configured.toolCalling == nil)
        #expect(try parts.convert(config: #"{"chat_template":"… <tool_call> …"}"#).toolCalling != nil)
    }

    static let stageCases:
        [(json: String, splits: [MapDocument.Split], prefix: VocabularyDefinition.SpacePrefix?)] = [
            (#"{"type":"ByteLevel","add_prefix_space":true,"use_regex":false}"#, [], .eachUnlessSpace),
            (
                #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"x+"},"behavior":"Isolated","invert":true},{"type":"Split","pattern":{"String":"a."},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}"#,
                [.pattern("x+"), .pattern("\\x{61}\\x{2e}")], nil
            ),
            (
                #"{"type":"Sequence","pretokenizers":[{"type":"Punctuation","behavior":"Contiguous"},{"type":"ByteLevel","add_prefix_space":false},{"type":"Digits","individual_digits":false},{"type":"Split","pattern":{"Regex":"[0-9][0-9][0-9]"},"behavior":"Isolated","invert":false}]}"#,
                PreTokenizerFamily.falcon.splits, nil
            ),
            (
                #"{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}"#,
                PreTokenizerFamily.isolatedDigits.splits, nil
            ),
            (
                #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},"behavior":"Removed","invert":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}"#,
                [.pattern(PreTokenizerFamily.gpt2Pattern)], nil
            ),
        ]

    @Test("pre-tokenizers in the words of a map", arguments: stageCases.indices)
    func stages(_ index: Int) throws {
        let (json, splits, prefix) = Self.stageCases[index]
        var parts = Parts()
        parts.preTokenizer = json
        let document = try parts.convert()
        #expect(document.vocabularyDefinition().preTokenizer.splits.count == splits.count)
        #expect(
            document.preTokenizerSplits ?? document.preTokenizerPattern.map { [.pattern($0)] } ?? [] == splits
        )
        #expect(document.spacePrefix == prefix)
        #expect(throws: Never.self) { try TokenizerMap(document) }
    }

    @Test("a merge that is listed twice has its last place")
    func repeatedMerges() throws {
        var parts = Parts()
        parts.vocab = #"{"a":0,"b":1,"c":2,"ab":3,"bc":4}"#
        parts.merges = #"["a b","b c","a b"]"#
        let document = try parts.convert()
        #expect(document.mergeLines == ["b c", "a b"])
        // As `tokenizers` 0.23 has it.
        #expect(try TokenizerMap(document).tokenizer.encode("abc") == [0, 4])
    }

    @Test("metaspace: prefixes, byte tokens, symbols defined by the user")
    func metaspace() throws {
        var parts = Parts.metaspace
        var document = try parts.convert()
        #expect(document.encoder == .metaspace)
        #expect(document.byteFallbackStart == 10)
        #expect(document.spacePrefix == nil)
        #expect(document.mergeLines == ["a b", "▁ ab"])
        #expect(try TokenizerMap(document).tokenizer.encode("ab x") == [5, 1, 130])

        parts.normalizer = #"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#
        parts.preTokenizer =
            #"{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}"#
        parts.added =
            "[\(Self.token("<unk>", 0)),\(Self.token("ab", 4, "\"special\":false,\"normalized\":false"))]"
        document = try parts.convert()
        #expect(document.spacePrefix == .never)
        #expect(document.mergeLines == [])
        #expect(document.specialTokens.last == .init(name: "ab", id: 4, flags: [.visible, .matchesAlways]))

        parts = .metaspace
        parts.normalizer = "null"
        for (scheme, prefix) in [
            ("first", VocabularyDefinition.SpacePrefix.firstUnlessSpace), ("always", .eachUnlessSpace),
            ("never", .never),
        ] {
            parts.preTokenizer =
                "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"\(scheme)\",\"split\":true}"
            #expect(try parts.convert().spacePrefix == prefix)
        }
    }

    static let refusals: [(change: @Sendable (inout Parts) -> Void, field: String, code: MapError.Code)] = [
        (
            { $0.options = ",\"continuing_subword_prefix\":\"##\"" }, "model.continuing_subword_prefix",
            .unsupported
        ),
        ({ $0.options = ",\"end_of_word_suffix\":\"</w>\"" }, "model.end_of_word_suffix", .unsupported),
        ({ $0.vocab = "[]" }, "model.vocab", .invalidField),
        ({ $0.merges = "null" }, "model.merges", .invalidField),
        ({ $0.merges = "[[\"a\"]]" }, "model.merges[0]", .invalidField),
        ({ $0.merges = "[[\"a\",\"b\",\"c\"]]" }, "model.merges[0]", .invalidField),
        ({ $0.merges = "[\"a b\",[\"a\",1]]" }, "model.merges[1]", .invalidField),
        ({ $0.merges = "[[\"a\",\"b c\"]]" }, "merges[0]", .invalidField),
        ({ $0.vocab = "{\"a\":0,\"b\":0}" }, "vocab", .invalidField),
        ({ $0.vocab = "{\"a\":2147483648}" }, "model.vocab", .invalidField),
        ({ $0.normalizer = "{\"type\":\"NFKC\"}" }, "normalizer", .unsupported),
        (
            {
                $0.normalizer =
                    "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Lowercase\"}]}"
            },
            "normalizer.normalizers[1]", .unsupported
        ),
        ({ $0.normalizer = "{\"type\":\"Prepend\",\"prepend\":\"▁\"}" }, "normalizer", .unsupported),
        ({ $0.normalizer = "{\"kind\":\"NFC\"}" }, "normalizer.type", .invalidField),
        ({ $0.normalizer = "[1]" }, "normalizer.type", .invalidField),
        ({ $0.preTokenizer = "null" }, "pre_tokenizer", .unsupported),
        ({ $0.preTokenizer = "{\"type\":\"Whitespace\"}" }, "pre_tokenizer", .unsupported),
        ({ $0.preTokenizer = "{\"type\":\"Sequence\"}" }, "pre_tokenizer.pretokenizers", .invalidField),
        (
            {
                $0.preTokenizer =
                    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"Removed\"}"
            },
            "pre_tokenizer.behavior", .unsupported
        ),
        (
            {
                $0.preTokenizer =
                    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"Removed\",\"invert\":true}"
            },
            "pre_tokenizer.behavior", .unsupported
        ),
        (
            {
                $0.preTokenizer =
                    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},\"behavior\":\"MergedWithNext\"}"
            },
            "pre_tokenizer.behavior", .unsupported
        ),
        (
            { $0.preTokenizer = "{\"type\":\"Split\",\"pattern\":\"a\",\"behavior\":\"Isolated\"}" },
            "pre_tokenizer.pattern", .invalidField
        ),
        (
            {
                $0.preTokenizer =
                    "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\"},{\"type\":\"ByteLevel\"}]}"
            },
            "pre_tokenizer.pretokenizers[1].add_prefix_space", .unsupported
        ),
        ({ $0.added = "[\(token("<s>", 7))]" }, "added_tokens[0].id", .invalidField),
        ({ $0.added = "[{\"id\":9}]" }, "added_tokens[0].content", .invalidField),
        (
            { $0.added = "[{\"content\":\"x\",\"id\":9,\"single_word\":true}]" },
            "added_tokens[0].single_word", .unsupported
        ),
        ({ $0.added = "[\(token("<a>", 9)),\(token("<b>", 9))]" }, "special_tokens", .invalidField),
        ({ $0.options = ",\"dropout\":0.1" }, "model.dropout", .unsupported),
        ({ $0.options = ",\"unk_token\":\"<s>\"" }, "model.unk_token", .unsupported),
        (
            {
                $0 = .metaspace; $0.options = ""
            }, "model.unk_token", .unsupported
        ),
        (
            {
                $0 = .metaspace; $0.options = ",\"unk_token\":\"<unk>\""
            }, "model.fuse_unk", .unsupported
        ),
        (
            {
                $0 = .metaspace; $0.options += ",\"ignore_merges\":true"
            }, "model.ignore_merges", .unsupported
        ),
        (
            {
                $0 = .metaspace; $0.vocab = $0.vocab.replacingOccurrences(of: "0x7F", with: "0x7f")
            },
            "model.byte_fallback", .unsupported
        ),
        (
            {
                $0 = .metaspace;
                $0.added =
                    "[\(token("<unk>", 0)),\(token("<x>", 9, "\"special\":false,\"normalized\":true"))]"
            },
            "added_tokens[1].normalized", .unsupported
        ),
        (
            {
                $0 = .metaspace;
                $0.added =
                    "[\(token("<unk>", 0)),\(token("\\n", 9, "\"special\":false,\"normalized\":false"))]"
            },
            "added_tokens[1]", .unsupported
        ),
        (
            {
                $0 = .metaspace; $0.preTokenizer = Parts().preTokenizer
            }, "pre_tokenizer", .unsupported
        ),
        (
            {
                $0 = .metaspace; $0.preTokenizer = "{\"type\":\"Metaspace\"}"
            }, "pre_tokenizer", .unsupported
        ),
        (
            {
                $0 = .metaspace
                $0.normalizer = "null"
                $0.preTokenizer = "{\"type\":\"Metaspace\"}"
                $0.vocab = $0.vocab.replacingOccurrences(of: "\"▁ab\":5", with: "\"ab▁\":5")
                $0.merges = "[\"a b\",\"ab ▁\"]"
            }, "pre_tokenizer.split", .unsupported
        ),
    ]

    @Test("tokenizers that no map can say", arguments: refusals.indices)
    func refused(_ index: Int) {
        let (change, field, code) = Self.refusals[index]
        var parts = Parts()
        change(&parts)
        let error = #expect(throws: MapError.self) { try parts.convert() }
        #expect(error?.field == field)
        #expect(error?.code == code)
    }

    @Test("other models are refused by their name", arguments: ["WordPiece", "Unigram", "WordLevel"])
    func otherModels(type: String) {
        let json = "{\"model\":{\"vocab\":[[\"a\",-1.5]],\"type\":\"\(type)\"}}"
        let error = #expect(throws: MapError.self) { try MapConversion(parsing: Array(json.utf8), id: "a") }
        #expect(error?.field == "model.type")
        #expect(error?.reason.contains(type) == true)
    }

    @Test("bombs of depth and of width")
    func bombs() {
        var parts = Parts()
        parts.normalizer = String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000)
        #expect(throws: MapError.self) { try parts.convert() }
        parts.normalizer = "[" + String(repeating: "0,", count: 200_000) + "0]"
        #expect { try parts.convert() } throws: { ($0 as? MapError)?.code == .tooLarge }
    }
}
