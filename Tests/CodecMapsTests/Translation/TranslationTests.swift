import CodecCompression
import CodecCore
import CodecTesting
import Foundation
import Testing

@testable import CodecMaps

/// Streams of ids from map to map.
struct TranslationTests {
    struct Golden: Decodable {
        var `case`: String
        var ids: [TokenID]
        var target: [TokenID]
        var chunk_sizes: [Int]?
    }

    struct Table: Decodable {
        var pair: [String]
        var entries: Int
        var sha256_of_lines: String
        var sample: [String: [TokenID]]
    }

    static let pairs = [
        ("huggingfacetb+smollm2", "openai+cl100k_base"), ("openai+cl100k_base", "huggingfacetb+smollm2"),
        ("qwen", "llama3"), ("llama3", "qwen"), ("mistralai+mistral-v3", "huggingfacetb+smollm2"),
        ("huggingfacetb+smollm2", "mistralai+mistral-v3"), ("meta-llama+llama-2", "openai+cl100k_base"),
        ("tiiuae+falcon", "microsoft+phi-4"), ("openai+r50k_base", "tiiuae+falcon"),
        ("mistralai+mixtral", "llama3"), ("deepseek", "qwen"), ("qwen", "microsoft+phi-3"),
    ]

    private func load(_ name: String) throws -> TokenizerMap {
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        guard let source = GoldenSourceTests.sources.first(where: { $0.name == name }) else {
            return try TokenizerMap.load(path: folder.appending(path: "maps/\(name).json.gz").path)
        }
        let path = folder.appending(path: "sources/\(source.file).gz").path
        return try TokenizerMap(MapConversion(path: path, id: "tests/\(name)").document)
    }

    @Test(
        "every stream of the conformance set, cut in every way",
        .enabled(if: CodecTesting.Fixture.hasConformance), arguments: pairs.indices)
    func streams(_ index: Int) throws {
        let (from, to) = Self.pairs[index]
        let (source, target) = (try load(from), try load(to))
        let rows: [Golden] = try CodecTesting.Fixture.conformance(
            "translate/\(from)__\(to).jsonl.gz", atLeast: 180)
        // Some streams have a special token inside that is to be dropped, whatever its role.
        var translator = try Translator(from: source, to: target, options: .init(specials: []))
        var generator = SeededGenerator(seed: UInt64(index))
        func expect(_ golden: Golden, nextLength: (Int) -> Int) throws {
            var output: [TokenID] = []
            var start = 0
            var call = 0
            while start < golden.ids.count {
                let end = min(golden.ids.count, start + nextLength(call))
                output += try translator.translate(Array(golden.ids[start..<end]))
                (start, call) = (end, call + 1)
            }
            output += translator.finish()
            #expect(output == golden.target, "\(from) to \(to): \(golden.case)")
        }
        for golden in rows {
            let sizes = golden.chunk_sizes ?? []
            try expect(golden) { $0 < sizes.count ? sizes[$0] : .max / 2 }
            for length in 1...8 { try expect(golden) { _ in length } }
            for _ in 0..<10 { try expect(golden) { _ in .random(in: 0...5, using: &generator) } }
            try expect(golden) { _ in golden.ids.count }
        }
    }

    @Test("every id alone", .enabled(if: CodecTesting.Fixture.hasConformance))
    func staticTables() throws {
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        let tables = try JSONDecoder().decode(
            [Table].self, from: Data(contentsOf: folder.appending(path: "translate/static.json")))
        #expect(tables.count >= 2)
        for golden in tables {
            let (source, target) = (try load(golden.pair[0]), try load(golden.pair[1]))
            let table = Translator.staticTable(from: source.vocabulary, to: target.tokenizer)
            #expect(table.sourceIDs.count == golden.entries)
            for (id, ids) in golden.sample {
                let id = try #require(TokenID(id))
                #expect(table[id].map(Array.init) == ids)
            }
            var lines: [UInt8] = []
            for id in table.sourceIDs {
                let ids = try #require(table[id]).map { "\($0)" }.joined(separator: ",")
                lines += "\(id):\(ids)\n".utf8
            }
            #expect(ContentHash(of: lines).hex == golden.sha256_of_lines)
        }
    }

    @Test("maps with the same hash pass ids through; roles that no name tells come from the documents")
    func maps() throws {
        let bytes = try Fixture.bytes("tiny.json")
        let (one, same) = (try TokenizerMap(parsing: bytes), try TokenizerMap(parsing: bytes))
        var translator = try Translator(from: one, to: same)
        #expect(try translator.translate([4_000_000_000]) == [4_000_000_000])

        var document = try MapDocument(parsing: bytes)
        document.specialTokens.append(.init(name: "<first>", id: 900))
        document.beginOfSequenceID = 900
        document.endOfSequenceID = nil
        let other = try TokenizerMap(document)
        #expect(other.specialID(for: .beginOfText) == 900)
        #expect(other.specialID(for: .endOfTurn) == one.specialID(for: .endOfTurn))
        var away = try Translator(from: other, to: one)
        let ids = one.tokenizer.encode("two words")
        #expect(try away.translate([900] + ids) + away.finish() == ids)
    }
}
