import CodecCompression
import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct ConversionTests {
    static let files: [(format: SourceFormat, bytes: @Sendable () throws -> [UInt8])] = [
        (.gguf, { GGUFTests.model().bytes() }), (.huggingFace, { HuggingFaceTests.Parts().bytes }),
        (.tekken, { try TekkenTests.file() }),
        (.sentencePiece, { SentencePieceTests.model(SentencePieceTests.letters).bytes }),
        (
            .tiktoken,
            { Array(RankFileTests.file((0..<50_000).map { [UInt8($0 >> 8), UInt8($0 & 255), 0] }).utf8) }
        ),
    ]

    @Test("a file's format shows in its content, gzipped or not", arguments: files.indices)
    func formats(_ index: Int) throws {
        let (format, makeBytes) = Self.files[index]
        let bytes = try makeBytes()
        var packed: [UInt8] = []
        try GzipCompressor(level: 6).compress(bytes, flush: .finish, into: &packed)
        try Fixture.withFolder { folder in
            try Data(bytes).write(to: URL(filePath: folder + "/Some Model.json"))
            try Data(packed).write(to: URL(filePath: folder + "/packed"))
            let conversion = try MapConversion(path: folder + "/Some Model.json", id: "x/y")
            #expect(conversion.format == format)
            #expect(conversion.document.id == "x/y")
            #expect(try MapConversion(path: folder + "/packed", id: "x/y").document == conversion.document)
            let map = try TokenizerMap.load(path: folder + "/Some Model.json")
            #expect(map.id == (format == .gguf ? "some-org.2/tiny.model-v1.5" : "some-model"))
            #expect(try TokenizerMap.load(path: folder + "/Some Model.json#\(map.hash)").hash == map.hash)
            // What was written is the map itself, not a source.
            try Data(map.documentBytes()).write(to: URL(filePath: folder + "/map"))
            #expect(try TokenizerMap.load(path: folder + "/map").hash == map.hash)
            #expect(throws: MapError.self) { try MapConversion(path: folder + "/map") }
        }
    }

    @Test("the configuration beside a tokenizer.json is read, and must be right")
    func config() throws {
        try Fixture.withFolder { folder in
            var parts = HuggingFaceTests.Parts()
            parts.added = "[\(HuggingFaceTests.token("<s>", 3))]"
            try Data(parts.bytes).write(to: URL(filePath: folder + "/tokenizer.json"))
            let path = folder + "/tokenizer_config.json"
            #expect(try MapConversion(path: folder + "/tokenizer.json").document.endOfSequenceID == nil)
            try Data("{\"eos_token\":\"<s>\"}".utf8).write(to: URL(filePath: path))
            #expect(try MapConversion(path: folder + "/tokenizer.json").document.endOfSequenceID == 3)
            try Data("{\"eos_token\":".utf8).write(to: URL(filePath: path))
            #expect(throws: MapError.self) { try MapConversion(path: folder + "/tokenizer.json") }
        }
    }

    @Test(
        "files that are nothing of the kind",
        arguments: ["", "hello", "{}", "[1]", "{\"a\":[[[", "PK\u{3}\u{4}", "YQ==\n"])
    func others(text: String) {
        let error = #expect(throws: MapError.self) { try MapConversion(parsing: Array(text.utf8), id: "a") }
        #expect(error?.code == .unsupported)
    }

    @Test("a family is for files of ranks only, an id must be one, and a sparse gigabyte is refused unread")
    func arguments() throws {
        let model = GGUFTests.model().bytes()
        #expect { try MapConversion(parsing: model, family: "qwen") } throws: {
            ($0 as? MapError)?.code == .unsupported
        }
        #expect { try MapConversion(parsing: try TekkenTests.file(), id: "../x") } throws: {
            ($0 as? MapError)?.field == "id"
        }
        try Fixture.withFolder { folder in
            let large = folder + "/tokenizer.json"
            try Data("{\"model\":".utf8).write(to: URL(filePath: large))
            let handle = try #require(FileHandle(forWritingAtPath: large))
            try handle.truncate(atOffset: 1 << 30)
            try handle.close()
            #expect { try MapConversion(path: large) } throws: { ($0 as? MapError)?.code == .tooLarge }
        }
    }

    @Test("a GGUF file of a SentencePiece model gives the same as the model")
    func ggufOfSentencePiece() throws {
        let pieces = SentencePieceTests.letters + [("ab", -1), ("▁ab", -2), ("▁▁", -1e9), ("▁▁▁", -1e9)]
        var own = SentencePieceTests.model(pieces.map { ($0.0, Float($0.1)) })
        own.pieces.append(("<user>", 0, .userDefined))
        func model(_ change: (inout GGUFWriter) -> Void = { _ in }) throws -> MapDocument {
            var writer = GGUFWriter()
            writer.add("tokenizer.ggml.model", .string("llama"))
            writer.add("tokenizer.ggml.tokens", .strings(own.pieces.map(\.text) + ["[PAD]"]))
            writer.add("tokenizer.ggml.scores", .floats(own.pieces.map(\.score) + [-3]))
            writer.add(
                "tokenizer.ggml.token_type",
                .integers(.int32, own.pieces.map { Int64($0.kind.rawValue) } + [5]))
            writer.add("tokenizer.ggml.bos_token_id", .integer(.uint32, 1))
            writer.add("tokenizer.ggml.eos_token_id", .integer(.uint32, 2))
            change(&writer)
            return try MapConversion(parsing: writer.bytes(), id: "a").document
        }
        #expect(try model() == SentencePieceTests.convert(own))
        #expect(try model { $0.add("tokenizer.ggml.add_space_prefix", .bool(false)) }.spacePrefix == .never)
        for (key, value) in [
            ("tokenizer.ggml.remove_extra_whitespaces", GGUFWriter.Value.bool(true)),
            ("tokenizer.ggml.precompiled_charsmap", .integers(.int32, [1])),
            ("tokenizer.ggml.scores", .floats([1])),
        ] {
            let error = #expect(throws: MapError.self) {
                try model { key.hasSuffix("scores") ? $0.replace(key, value) : $0.add(key, value) }
            }
            #expect(error?.field == key)
        }
    }

    @Test("a difference between a map and its source is named")
    func verification() throws {
        let source = try TokenizerMap(MapDocument(parsing: Fixture.bytes("tiny.json")))
        let same = MapVerification(source, against: source)
        #expect(same.difference == nil)
        #expect(same.textCount > 4_000)
        func difference(_ change: (inout MapDocument) -> Void) throws -> String {
            var document = try MapDocument(parsing: source.documentBytes())
            change(&document)
            return MapVerification(try TokenizerMap(document), against: source).difference ?? "none"
        }
        #expect(
            try difference { $0.merges = StringTable($0.mergeLines.filter { $0 != "h e" }) }.contains(
                "has the ids"))
        #expect(try difference { $0.preTokenizerPattern = "." }.contains("has the ids"))
        #expect(try difference { $0.specialTokens[0].flags = .stripsAfter }.contains("other flags"))
        #expect(try difference { $0.specialTokens[0].name += "x" }.hasPrefix("id 0 is the special token"))
        #expect(
            try difference { $0.vocab.ids[$0.vocab.ids.count - 1] = 4_000 }.contains("is nothing in the map"))
        #expect(try difference { $0.normalization = .nfc }.contains("has the ids"))
        #expect(same.unproven.isEmpty)
    }

    @Test("merges in another order are told by a text, or named as unproven")
    func mergeOrder() throws {
        func map(_ merges: [String]) throws -> TokenizerMap {
            var tokens = ["a", "b", "c", "d"]
            tokens += merges.map { $0.filter { $0 != " " } }.sorted()
            var document = MapDocument(
                id: "tests/order", vocabSize: tokens.count,
                vocab: .init(tokens: StringTable(tokens), ids: tokens.indices.map { TokenID($0) }),
                encoder: .byteLevel, merges: StringTable(merges))
            document.preTokenizerPattern = ".+"
            return try TokenizerMap(document)
        }
        let source = try map(["a b", "b c", "c d"])
        let swapped = MapVerification(try map(["b c", "a b", "c d"]), against: source)
        #expect(swapped.difference?.contains("has the ids") == true)
        // No text has both of these wanting one token.
        let harmless = MapVerification(try map(["a b", "c d"]), against: try map(["c d", "a b"]))
        #expect(harmless.difference == nil)
        #expect(harmless.unproven == ["1 merges are others or elsewhere"])
    }

    @Test("a family whose special tokens are ranks of the file is not the file's")
    func wrongFamily() throws {
        let lines = (0..<50_300).map { number in
            let token = Data((number < 256 ? [UInt8(number)] : Array("x\(number)".utf8)))
                .base64EncodedString()
            return "\(token) \(number)"
        }
        let error = #expect(throws: MapError.self) {
            try MapConversion(parsing: Array(lines.joined(separator: "\n").utf8), id: "a/b", family: "gpt2")
        }
        #expect(error?.code == .unsupported)
        #expect(error?.description.contains("50256") == true)
    }
}
