import CodecCore
import CodecTesting
import Foundation
import Testing

@testable import CodecMaps

/// Ids and texts that the models' own tokenizers gave.
struct GoldenTokenTests {
    struct Golden: Decodable {
        var text: String
        var plain: [TokenID]
        var special: [TokenID]?
    }

    @Test("the default model's map, from its GGUF file, gives the model's own ids")
    func defaultModel() throws {
        let model = try #require(Fixture.model, "scripts/setup puts the default model into .models")
        let map = try TokenizerMap.load(path: model)
        let cases: [Golden] = try CodecTesting.Fixture.load(
            "smollm2-golden.jsonl", atLeast: 150, in: Bundle.module)
        for golden in cases {
            #expect(map.tokenizer.encode(golden.text) == golden.plain)
            #expect(map.tokenizer.encode(golden.text, specials: .parse) == golden.special ?? golden.plain)
        }
    }

    /// Maps of the conformance set, and which variants of `encode` hold for them here.
    static let maps: [(name: String, variants: Set<String>)] = [
        ("huggingfacetb+smollm2", ["plain", "special"]), ("openai+cl100k_base", ["plain", "special"]),
        ("openai+p50k_base", ["plain", "special"]), ("openai+p50k_edit", ["plain", "special"]),
        ("openai+r50k_base", ["plain", "special"]), ("microsoft+phi-4", ["plain", "special"]),
        ("tiiuae+falcon", ["plain", "special"]), ("microsoft+phi-3", ["plain", "special"]),
        ("meta-llama+llama-2", ["plain", "special"]), ("mistralai+mixtral", ["plain", "special"]),
        ("mistralai+mistral-v3", ["plain", "special"]), ("mistralai+codestral", ["plain", "special"]),
    ]

    struct Case: Decodable {
        var id: String
        var text: String
    }

    struct Encoded: Decodable {
        var `case`: String
        var variant: String
        var ids: [TokenID]
    }

    struct Decoded: Decodable {
        var id: String
        var ids: [TokenID]
        var text: String?
        var text_with_specials: String?
        var unknown: Int?
    }

    static let texts = Result {
        let cases: [Case] = try CodecTesting.Fixture.conformance("corpus/cases.jsonl", atLeast: 1_000)
        return Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0.text) })
    }

    private func load(_ name: String) throws -> TokenizerMap {
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        return try TokenizerMap.load(path: folder.appending(path: "maps/\(name).json.gz").path)
    }

    @Test(
        "every text of the conformance set", .enabled(if: CodecTesting.Fixture.hasConformance),
        arguments: maps.indices)
    func encode(_ index: Int) throws {
        let (name, variants) = Self.maps[index]
        var tokenizers = [try load(name).tokenizer]
        if name == "huggingfacetb+smollm2", let model = Fixture.model {
            tokenizers.append(try TokenizerMap.load(path: model).tokenizer)
        }
        for tokenizer in tokenizers {
            try Self.expectEncodes(tokenizer, name, variants)
            try Self.expectStreams(tokenizer, name)
            try Self.expectLargeTexts(tokenizer, name)
        }
    }

    @Test(
        "every sequence of the conformance set", .enabled(if: CodecTesting.Fixture.hasConformance),
        arguments: maps.indices)
    func decode(_ index: Int) throws {
        let name = Self.maps[index].name
        let vocabulary = try load(name).vocabulary
        try Self.expectDecodes(vocabulary, name)
    }

    /// Every text of the conformance set has the ids that `encode/<name>` says.
    static func expectEncodes(_ tokenizer: Tokenizer, _ name: String, _ variants: Set<String>) throws {
        let texts = try texts.get()
        let rows: [Encoded] = try CodecTesting.Fixture.conformance("encode/\(name).jsonl.gz", atLeast: 1_000)
        for row in rows {
            let text = try #require(texts[row.case])
            for variant in variants where row.variant == variant || row.variant == "both" {
                let ids = tokenizer.encode(text, specials: variant == "plain" ? .plain : .parse)
                #expect(ids == row.ids, "\(name) \(row.case) \(variant)")
            }
        }
    }

    /// Every sequence of ids has the text that `decode/<name>` says.
    static func expectDecodes(_ vocabulary: Vocabulary, _ name: String) throws {
        let rows: [Decoded] = try CodecTesting.Fixture.conformance("decode/\(name).jsonl.gz", atLeast: 200)
        for row in rows {
            if let text = row.text {
                #expect(Array(vocabulary.decode(row.ids).utf8) == Array(text.utf8), "\(name) \(row.id)")
                let shown = row.text_with_specials ?? text
                #expect(
                    Array(vocabulary.decode(row.ids, specials: .show).utf8) == Array(shown.utf8),
                    "\(name) \(row.id)")
            }
            var detokenizer = Detokenizer(vocabulary)
            _ = detokenizer.append(row.ids)
            #expect(detokenizer.unknownCount == row.unknown ?? 0, "\(name) \(row.id)")
        }
    }
}
