import CodecCompression
import CodecCore
import CodecTesting
import Foundation
import Testing

@testable import CodecMaps

/// Texts of a megabyte, and texts in parts.
extension GoldenTokenTests {
    /// Families whose megabytes are encoded in every run; the others follow with `CODEC_LONG`.
    private static let alwaysLarge: Set = ["openai+cl100k_base", "huggingfacetb+smollm2", "sp-v3", "qwen3_6"]

    private struct Large: Decodable {
        struct IDs: Decodable {
            var ids: Int?
            var sha256_of_ids_as_u32le: String?
        }
        var tokenizers: [String: IDs]
    }

    private struct Runs: Decodable {
        struct Run: Decodable {
            var text: Text
            var bytes: Int
            var sha256_of_text: String
            var tokenizers: [String: Large.IDs]
        }
        struct Text: Decodable {
            var unit: String?
            var alphabet: String?
            var first: UInt32?
            var range: UInt32?
            var offset: UInt32?
            var count: Int

            /// See `form` in the file.
            var text: String {
                if let unit { return String(repeating: unit, count: count) }
                let letters = Array((alphabet ?? "").unicodeScalars)
                var scalars = String.UnicodeScalarView()
                for index in 0..<UInt32(count) {
                    let mixed = Self.mix(index &+ (offset ?? 0))
                    if let first, let range, let scalar = Unicode.Scalar(first + mixed % range) {
                        scalars.append(scalar)
                    } else if !letters.isEmpty {
                        scalars.append(letters[Int(mixed) % letters.count])
                    }
                }
                return String(scalars)
            }

            private static func mix(_ value: UInt32) -> UInt32 {
                var mixed = value &* 0x9E37_79B1
                mixed ^= mixed >> 15
                mixed &*= 0x85EB_CA6B
                mixed ^= mixed >> 13
                mixed &*= 0xC2B2_AE35
                return mixed ^ mixed >> 16
            }
        }
        var runs: [String: Run]
    }

    private static func decode<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
    }

    /// The megabytes of `encode/large.json` and `encode/runs.json` have the ids that are said there.
    static func expectLargeTexts(_ tokenizer: Tokenizer, _ name: String) throws {
        guard alwaysLarge.contains(name) || ProcessInfo.processInfo.environment["CODEC_LONG"] != nil else {
            return
        }
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        let large = try decode("encode/large.json", as: [String: Large].self)
        #expect(large.count == 3)
        for (file, expected) in large {
            let text = try Data(contentsOf: folder.appending(path: "corpus/large/\(file)"))
            expect(
                expected.tokenizers[name], tokenizer.encode(String(decoding: text, as: UTF8.self)), name, file
            )
        }
        let runs = try decode("encode/runs.json", as: Runs.self).runs
        #expect(runs.count >= 15)
        for (kind, run) in runs {
            let text = run.text.text
            #expect(ContentHash(of: Array(text.utf8)).hex == run.sha256_of_text)
            expect(run.tokenizers[name], tokenizer.encode(text), name, kind)
        }
    }

    private static func expect(_ expected: Large.IDs?, _ ids: [TokenID], _ name: String, _ what: String) {
        // Where the reference itself fails nothing is said.
        guard let expected, let count = expected.ids else { return }
        #expect(ids.count == count, "\(name), \(what)")
        let bytes = ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) } }
        #expect(ContentHash(of: bytes).hex == expected.sha256_of_ids_as_u32le, "\(name), \(what)")
    }

    /// Texts cut at 10,000 random places, in parts of every length, give the ids of the whole.
    static func expectStreams(_ tokenizer: Tokenizer, _ name: String) throws {
        let texts = try texts.get().values.sorted().map { Array($0.utf8) }.filter { !$0.isEmpty }
        var generator = SeededGenerator(seed: UInt64(name.utf8.count))
        var cuts = 0
        while cuts < 10_000 {
            let text = try #require(texts.randomElement(using: &generator))
            let specials: Tokenizer.Specials = cuts % 2 == 0 ? .plain : .parse
            let longest = [1, 4, 40, 400].randomElement(using: &generator) ?? 1
            var stream = EncodeStream(tokenizer, specials: specials)
            var ids: [TokenID] = []
            var start = 0
            while start < text.count {
                let end = min(text.count, start + Int.random(in: 1...longest, using: &generator))
                ids += text[start..<end].withUnsafeBufferPointer { stream.append(utf8: $0) }
                start = end
                cuts += 1
            }
            ids += stream.finish()
            let whole = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0, specials: specials) }
            #expect(ids == whole, "\(name): \(String(decoding: text, as: UTF8.self).debugDescription)")
        }
    }

    /// Configurations of the same vocabularies that other files of the models have.
    @Test(
        "other flags and prefixes", .enabled(if: CodecTesting.Fixture.hasConformance),
        arguments: [
            ("microsoft+phi-3", "special_nostrip", 4), ("microsoft+phi-4", "special_nostrip", 6),
            ("meta-llama+llama-2", "special_first", 80), ("mistralai+mistral-v3", "special_first", 80),
        ])
    func variant(name: String, variant: String, atLeast minimum: Int) throws {
        let folder = try #require(CodecTesting.Fixture.conformanceFolder)
        let path = folder.appending(path: "maps/\(name).json.gz").path
        let map = try TokenizerMap.load(path: path)
        var document = try MapDocument(parsing: map.documentBytes())
        MapCorrections.apply(to: &document, hash: map.hash)
        if variant == "special_nostrip" {
            for index in document.specialTokens.indices { document.specialTokens[index].flags = [] }
        } else {
            document.spacePrefix = .firstUnlessSpace
        }
        let tokenizer = Tokenizer(try Vocabulary(document.vocabularyDefinition()))
        let rows: [Encoded] = try CodecTesting.Fixture.conformance("encode/\(name).jsonl.gz", atLeast: 1_000)
        let texts = try Self.texts.get()
        #expect(rows.count { $0.variant == variant } >= minimum)
        for row in rows where row.variant == variant {
            #expect(
                tokenizer.encode(try #require(texts[row.case]), specials: .parse) == row.ids, "\(row.case)")
        }
    }
}
