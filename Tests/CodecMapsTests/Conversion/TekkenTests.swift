import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct TekkenTests {
    static func file(_ change: (inout [String: Any]) -> Void = { _ in }) throws -> [UInt8] {
        let tokens = (0...255 as ClosedRange<UInt8>).map { [$0] } + [[97, 98], [97, 98, 99], [120, 120]]
        var object: [String: Any] = [
            "config": [
                "pattern": " ?\\p{L}+|.", "default_vocab_size": 24 + 258, "default_num_special_tokens": 24,
                "version": "v3",
            ],
            "vocab": tokens.enumerated().map {
                ["rank": $0, "token_bytes": Data($1).base64EncodedString(), "token_str": NSNull()]
                    as [String: Any]
            },
        ]
        change(&object)
        return [UInt8](try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
    }

    @Test("ids follow the special tokens, and only so many ranks are used")
    func tekken() throws {
        let conversion = try MapConversion(parsing: Self.file(), id: "a")
        let document = conversion.document
        #expect(conversion.format == .tekken)
        #expect(document.mergeLines == ["a b", "ab c"])
        #expect(document.vocab.ids.count == 24 + 258)
        #expect(document.vocabSize == 24 + 258)
        #expect(document.specialTokens.map(\.name).prefix(3) == ["<unk>", "<s>", "</s>"])
        #expect(document.specialTokens.last?.name == "<SPECIAL_23>")
        #expect(document.endOfSequenceID == 2)
        #expect(document.preTokenizerPattern == " ?\\p{L}+|.")
        #expect(document.wholePieces)
        #expect(try TokenizerMap(document).tokenizer.encode("abcxx") == [281, 144, 144])
    }

    @Test("listed special tokens")
    func listed() throws {
        let file = try Self.file {
            $0["special_tokens"] = [
                ["rank": 1, "token_str": "<s>", "is_control": true], ["rank": 0, "token_str": "[A]"],
            ]
        }
        let names = try MapConversion(parsing: file, id: "a").document.specialTokens.map(\.name)
        #expect(names.prefix(3) == ["[A]", "<s>", "<SPECIAL_2>"])
    }

    static let refusals: [(change: @Sendable (inout [String: Any]) -> Void, field: String)] = [
        ({ $0["config"] = ["pattern": "a"] }, "config.default_num_special_tokens"),
        ({ $0["config"] = ["default_num_special_tokens": 1, "default_vocab_size": 2] }, "config.pattern"),
        (
            { $0["config"] = ["pattern": "a", "default_num_special_tokens": 5, "default_vocab_size": 5] },
            "config.default_vocab_size"
        ),
        (
            { $0["config"] = ["pattern": "a", "default_num_special_tokens": 5, "default_vocab_size": 265] },
            "config.default_vocab_size"
        ),
        (
            { $0["config"] = ["pattern": "a", "default_num_special_tokens": 24, "default_vocab_size": 100] },
            "vocab"
        ),
        ({ $0["vocab"] = [["rank": 0]] }, "vocab[0]"),
        ({ $0["vocab"] = [["rank": 0, "token_bytes": "%"]] }, "vocab[0].token_bytes"),
        ({ $0["vocab"] = [["rank": 0, "token_bytes": ""]] }, "vocab[0]"),
        ({ $0["vocab"] = [["rank": -1, "token_bytes": "YQ=="]] }, "vocab[0].rank"),
        ({ $0["special_tokens"] = [["rank": 24, "token_str": "a"]] }, "special_tokens"),
        (
            { $0["special_tokens"] = [["rank": 1, "token_str": "a"], ["rank": 1, "token_str": "b"]] },
            "special_tokens[1]"
        ),
        ({ $0["special_tokens"] = [["rank": 1]] }, "special_tokens[0]"),
        ({ $0["special_tokens"] = [["rank": 1, "token_str": "<SPECIAL_5>"]] }, "special_tokens.<SPECIAL_5>"),
    ]

    @Test("files that cannot be", arguments: refusals.indices)
    func refused(_ index: Int) throws {
        let file = try Self.file(Self.refusals[index].change)
        let error = #expect(throws: MapError.self) { try MapConversion(parsing: file, id: "a") }
        #expect(error?.field == Self.refusals[index].field)
    }
}
