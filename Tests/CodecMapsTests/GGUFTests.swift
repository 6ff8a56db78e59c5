import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct GGUFTests {
    /// A small byte-level model's metadata, with a value of every type.
    static func model(_ change: (inout GGUFWriter) -> Void = { _ in }) -> GGUFWriter {
        var writer = GGUFWriter()
        writer.add("general.organization", .string("Some Org. (2)"))
        writer.add("general.basename", .string("Tiny..Model v1.5"))
        writer.add("odd.u8", .integer(.uint8, 200))
        writer.add("odd.i8", .integer(.int8, -3))
        writer.add("odd.u16", .integer(.uint16, 60000))
        writer.add("odd.i16", .integer(.int16, -300))
        writer.add("odd.i64", .integer(.int64, -1 << 40))
        writer.add("odd.u64", .unsigned(.max))
        writer.add("odd.f32", .float32(1.5))
        writer.add("odd.f64", .float64(-2.25))
        writer.add("odd.bool", .bool(true))
        writer.add("odd.nested", .nested([[1, 2], []]))
        writer.add("odd.scores", .floats([0, 1, 2]))
        writer.add("tokenizer.ggml.model", .string("gpt2"))
        writer.add("tokenizer.ggml.pre", .string("smollm"))
        writer.add(
            "tokenizer.ggml.tokens",
            .strings(["<|end|>", "a", "b", "ab", "[PAD4]", "<tool_call>", "</tool_call>", "Ġ"]))
        writer.add("tokenizer.ggml.token_type", .integers(.int32, [3, 1, 1, 1, 5, 4, 4, 1]))
        writer.add("tokenizer.ggml.merges", .strings(["a b"]))
        writer.add("tokenizer.ggml.bos_token_id", .integer(.uint32, 0))
        writer.add("tokenizer.ggml.eos_token_id", .integer(.uint32, 0))
        change(&writer)
        return writer
    }

    @Test("metadata of every type", arguments: [2, 3] as [UInt32])
    func values(version: UInt32) throws {
        let file = try GGUFFile(parsing: Self.model().bytes(version: version) + [1, 2, 3])
        let expected: [String: GGUFValue] = [
            "odd.u8": .integer(200), "odd.i8": .integer(-3), "odd.u16": .integer(60000),
            "odd.i16": .integer(-300),
            "odd.i64": .integer(-1 << 40), "odd.u64": .unsigned(.max), "odd.f32": .float(1.5),
            "odd.f64": .float(-2.25), "odd.bool": .bool(true), "odd.nested": .otherArray(count: 2),
            "odd.scores": .floats([0, 1, 2]), "tokenizer.ggml.merges": .strings(StringTable(["a b"])),
            "tokenizer.ggml.token_type": .integers([3, 1, 1, 1, 5, 4, 4, 1]),
            "general.basename": .string("Tiny..Model v1.5"),
        ]
        for (key, value) in expected { #expect(file.metadata[key] == value) }
        #expect(file.metadata.count == Self.model().count)
        #expect(file.version == Int(version))
    }

    @Test("a map made of a model's metadata")
    func map() throws {
        let bytes = Self.model().bytes()
        let document = try MapDocument(GGUFFile(parsing: bytes))
        #expect(document.id == "some-org.2/tiny.model-v1.5")
        #expect(
            document.vocab.byToken
                == ["<|end|>": 0, "a": 1, "b": 2, "ab": 3, "<tool_call>": 5, "</tool_call>": 6, "Ġ": 7].byUTF8
        )
        #expect(document.specialsByName == ["<|end|>": 0, "<tool_call>": 5, "</tool_call>": 6])
        #expect(document.vocabSize == 7)
        #expect(document.encoder == .byteLevel)
        #expect(document.mergeLines == ["a b"])
        #expect(document.preTokenizerSplits?.count == 2)
        #expect(document.preTokenizerProgram?.count == 6)
        #expect(!document.wholePieces)
        #expect(document.beginOfSequenceID == 0)
        #expect(document.endOfSequenceID == 0)
        #expect(document.toolCalling?.convention == .qwen25)
        let map = try TokenizerMap(document)
        #expect(try TokenizerMap(MapDocument(GGUFFile(parsing: bytes))).hash == map.hash)
        #expect(try MapDocument(parsing: map.documentBytes()) == document)
    }

    @Test("a model file is loaded by its first bytes, and its map's hash can be pinned")
    func loading() throws {
        try Fixture.withFolder { folder in
            let path = folder + "/model.bin"
            try Data(Self.model().bytes()).write(to: URL(filePath: path))
            let map = try TokenizerMap.load(path: path)
            #expect(try TokenizerMap.load(path: path + "#\(map.hash)").hash == map.hash)
            let other = path + "#sha256:" + String(repeating: "0", count: 64)
            #expect { try TokenizerMap.load(path: other) } throws: {
                ($0 as? MapError)?.code == .hashMismatch
            }
        }
    }

    @Test(
        "every family's patterns compile",
        arguments: [
            "gpt-2", "smollm", "command-r", "falcon", "llama-bpe", "dbrx", "qwen2", "stablelm2", "qwen35",
            "gpt-4o",
            "tekken", "deepseek-v3", "deepseek-coder",
        ])
    func families(name: String) throws {
        let bytes = Self.model { $0.replace("tokenizer.ggml.pre", .string(name)) }.bytes()
        let document = try MapDocument(GGUFFile(parsing: bytes))
        #expect((document.normalization == .nfc) == ["command-r", "qwen2", "qwen35"].contains(name))
        #expect(throws: Never.self) { try TokenizerMap(document) }
    }

    static let refusedCases: [(key: String, value: GGUFWriter.Value, code: MapError.Code)] = [
        ("tokenizer.ggml.model", .string("bert"), .unsupported),
        ("tokenizer.ggml.model", .integer(.uint32, 1), .invalidField),
        ("tokenizer.ggml.pre", .string("no-such-pre"), .unsupported),
        ("tokenizer.ggml.pre", .string("default"), .unsupported),
        ("tokenizer.ggml.tokens", .strings(["a"]), .invalidField),
        ("tokenizer.ggml.token_type", .integers(.int32, [3, 1, 1, 1, 5, 4, 4, 77]), .invalidField),
        ("tokenizer.ggml.token_type", .string("x"), .invalidField),
        ("tokenizer.ggml.merges", .bool(true), .invalidField),
    ]

    @Test("metadata that gives no map", arguments: refusedCases)
    func refused(key: String, value: GGUFWriter.Value, code: MapError.Code) throws {
        let file = try GGUFFile(parsing: Self.model { $0.replace(key, value) }.bytes())
        let error = #expect(throws: MapError.self) { try MapDocument(file) }
        #expect(error?.code == code)
        #expect(error?.field?.hasPrefix("tokenizer.ggml.") == true)
    }

    @Test("a file cut off at any byte is refused with its key")
    func truncation() throws {
        let bytes = Self.model().bytes()
        for count in 0..<bytes.count {
            let error = #expect(throws: MapError.self) { try GGUFFile(parsing: Array(bytes[..<count])) }
            #expect(error?.code == .malformed)
            #expect(error?.offset ?? .max <= count)
        }
    }

    @Test("counts and lengths that the file cannot hold are refused before anything is kept")
    func hostileCounts() throws {
        let bytes = Self.model().bytes()
        for offset in 0..<(bytes.count - 8) {
            for value in [UInt64.max, 1 << 62, 1 << 40, UInt64(bytes.count)] {
                var changed = bytes
                withUnsafeBytes(of: value.littleEndian) {
                    changed.replaceSubrange(offset..<offset + 8, with: $0)
                }
                _ = try? MapDocument(GGUFFile(parsing: changed))
            }
        }
        var deep = GGUFWriter()
        deep.add("deep", .deep(100))
        let error = #expect(throws: MapError.self) { try GGUFFile(parsing: deep.bytes()) }
        #expect(error?.field == "deep")
        #expect(error?.reason.contains("nested") == true)
    }

    @Test(
        "other files",
        arguments: [("GGML", "no GGUF"), ("GGUF\u{1}\0\0\0", "version 1"), ("GGUF\0\0\0\u{3}", "big-endian")])
    func otherFiles(start: String, reason: String) {
        let error = #expect(throws: MapError.self) {
            try GGUFFile(parsing: Array(start.utf8) + [UInt8](repeating: 0, count: 16))
        }
        #expect(error?.reason.contains(reason) == true)
    }

    @Test("the same key twice, and strings that are not UTF-8")
    func badStrings() {
        #expect(throws: MapError.self) {
            try GGUFFile(parsing: Self.model { $0.add("odd.u8", .bool(true)) }.bytes())
        }
        var bytes = Self.model().bytes()
        if let index = bytes.firstRange(of: Array("Tiny..".utf8))?.lowerBound { bytes[index] = 0xFF }
        let error = #expect(throws: MapError.self) { try GGUFFile(parsing: bytes) }
        #expect(error?.field == "general.basename")
    }

    @Test(
        "the default model's map has the vocabulary of its registry map",
        .enabled(if: Fixture.model != nil && Fixture.conformance != nil))
    func defaultModel() throws {
        let model = try TokenizerMap.load(path: try #require(Fixture.model))
        let folder = try #require(Fixture.conformance)
        let registry = try TokenizerMap.load(path: folder + "/maps/huggingfacetb+smollm2.json.gz")
        let (ours, theirs) = (
            try MapDocument(parsing: model.documentBytes()),
            try MapDocument(parsing: registry.documentBytes())
        )
        #expect(ours.vocab.byToken == theirs.vocab.byToken)
        #expect(ours.mergeLines == theirs.mergeLines)
        #expect(ours.specialsByName == theirs.specialsByName)
        #expect(ours.preTokenizerPattern == theirs.preTokenizerPattern)
        #expect(ours.preTokenizerProgram == theirs.preTokenizerProgram)
        #expect(ours.vocabSize == theirs.vocabSize)
        #expect(model.id == registry.id)
        #expect(model.endOfSequenceID == 2)
        let text = "x = 12345; // two  spaces"
        #expect(model.tokenizer.encode(text) == registry.tokenizer.encode(text))
    }
}
