import CodecCompression
import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct TokenizerMapTests {
    static let tinyHash: String = {
        guard let object = try? Fixture.object("tiny.index.json"), let hex = object["sha256"] as? String
        else { return "" }
        return "sha256:" + hex
    }()

    @Test(
        "a document is loaded plain, gzipped, and with its hash",
        arguments: ["tiny.json", "tiny.json.gz"], [false, true])
    func loading(name: String, pinned: Bool) throws {
        let path = try Fixture.path(name) + (pinned ? "#\(Self.tinyHash)" : "")
        let map = try TokenizerMap.load(path: path)
        #expect(map.hash.description == Self.tinyHash)
        #expect(try map.documentBytes() == Fixture.bytes("tiny.json"))
        #expect(map.id == "tests/tiny-1.0")
        #expect(map.vocabSize == 300)
        #expect(map.specialTokens["</tool_call>"] == 2)
        #expect(map.toolCalling?.convention == .qwen25)
        #expect(map.vocabulary.specialID(named: "<tool_call>") == 1)
    }

    @Test("another hash is refused", arguments: ["tiny.json", "tiny.json.gz"])
    func wrongHash(name: String) throws {
        let path = try Fixture.path(name) + "#sha256:" + String(repeating: "0", count: 64)
        #expect { try TokenizerMap.load(path: path) } throws: { ($0 as? MapError)?.code == .hashMismatch }
    }

    @Test(
        "a fragment that is no hash is refused",
        arguments: ["#sha256:", "#sha256:00", "#sha256:\(String(repeating: "G", count: 64))"])
    func wrongFragment(fragment: String) throws {
        let path = try Fixture.path("tiny.json") + fragment
        #expect { try TokenizerMap.load(path: path) } throws: { ($0 as? MapError)?.code == .invalidField }
    }

    @Test("files that are no map")
    func badFiles() throws {
        try Fixture.withFolder { folder in
            func code(_ name: String, _ bytes: [UInt8]?) throws -> MapError.Code? {
                if let bytes { try Data(bytes).write(to: URL(filePath: folder + "/" + name)) }
                let error = #expect(throws: MapError.self) {
                    try TokenizerMap.load(path: folder + "/" + name)
                }
                return error?.code
            }
            let packed = try Fixture.bytes("tiny.json.gz")
            #expect(try code("missing.json", nil) == .notFound)
            #expect(try code("", nil) == .unreadable)
            #expect(try code("empty", []) == .malformed)
            #expect(try code("text", Array("hello".utf8)) == .malformed)
            #expect(try code("cut.gz", Array(packed.dropLast(9))) == .malformed)
            #expect(
                try code("damaged.gz", Array(packed.prefix(100)) + [0] + packed.dropFirst(101)) == .malformed)
            #expect(try code("cut.gguf", Array("GGUF".utf8)) == .malformed)
            #expect(try code("missing/inside", nil) == .notFound)

            let large = folder + "/large"
            try Data().write(to: URL(filePath: large))
            let handle = try #require(FileHandle(forWritingAtPath: large))
            try handle.truncate(atOffset: UInt64(MapDocument.maximumBytes) + 1)
            try handle.close()
            #expect(try code("large", nil) == .tooLarge)
        }
    }

    @Test("the map of a document made here has the canonical bytes")
    func made() throws {
        let document = try MapDocument(parsing: Fixture.bytes("tiny.json"))
        let map = try TokenizerMap(document)
        #expect(try map.documentBytes() == document.canonicalBytes())
        #expect(try map.hash == ContentHash(of: map.documentBytes()))
        #expect(try TokenizerMap(parsing: map.documentBytes(), expecting: map.hash).hash == map.hash)
    }

    @Test("a published map is corrected, or obeyed to the letter", .enabled(if: Fixture.conformance != nil))
    func corrections() throws {
        let path = try #require(Fixture.conformance) + "/maps/huggingfacetb+smollm2.json.gz"
        let corrected = try TokenizerMap.load(path: path)
        let written = try TokenizerMap.load(path: path, corrections: .none)
        #expect(corrected.hash == written.hash)
        #expect(corrected.tokenizer.encode("a  1") != written.tokenizer.encode("a  1"))
    }

    @Test("a document of the old form")
    func oldForm() throws {
        let json = """
            {"id":"a","version":"1","vocab_size":3,"tokens":{"0":"a ","1":"é","7":"b"}}
            """
        let map = try TokenizerMap(parsing: Array(json.utf8))
        #expect(map.vocabulary.decode([0, 7, 1]) == "a bé")
    }

    @Test("the public maps are read as they are", .enabled(if: Fixture.conformance != nil))
    func publicMaps() throws {
        let folder = try #require(Fixture.conformance) + "/maps/"
        let data = try Data(contentsOf: URL(filePath: folder + "index.json"))
        let index = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let maps = try #require(index["maps"] as? [[String: Any]])
        #expect(maps.count >= 12)
        for facts in maps {
            let file = try #require(facts["file"] as? String)
            let map = try TokenizerMap.load(path: folder + file)
            #expect(map.id == facts["id"] as? String)
            #expect(map.hash.hex == facts["sha256"] as? String)
            #expect(try map.documentBytes().count == facts["bytes"] as? Int)
            #expect(map.vocabSize == facts["vocab_size"] as? Int)
            #expect(map.specialTokens.count == facts["special_tokens"] as? Int)
            let document = try MapDocument(parsing: map.documentBytes())
            #expect(document.vocab.ids.count == facts["vocab_entries"] as? Int)
            #expect(document.merges.count == facts["merges"] as? Int)
            #expect(document.encoder?.rawValue == facts["encoder"] as? String)
            #expect((document.preTokenizerProgram != nil) == (facts["has_program"] as? Bool))
            #expect(document.vocab.ids.max().map { Int($0) } ?? 0 <= facts["max_id"] as? Int ?? -1)

            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(map.documentBytes())) as? [String: Any])
            // Foundation makes one of keys that are equal as strings, but not as bytes, and drops a
            // U+FEFF at a key's start.
            let theirs = try #require(object["vocab"] as? [String: Int])
            let ours = Dictionary(grouping: document.vocab.byToken) {
                String(decoding: $0.key, as: UTF8.self)
            }
            #expect(ours.count == theirs.count)
            let different = ours.filter { $0.value.count == 1 && $0.value[0].value != theirs[$0.key] }
            #expect(different.keys.allSatisfy { $0.unicodeScalars.first == "\u{FEFF}" })
            #expect(document.mergeLines == object["merges"] as? [String] ?? [])
            let written = document.canonicalBytes()
            #expect(try MapDocument(parsing: written).canonicalBytes() == written)
        }
    }
}
