import CodecCompression
import CodecCore
import CodecTesting
import Foundation
import Testing

@testable import CodecMaps

struct CompiledMapCacheTests {
    static let text = "Hello, world! <tool_call>{\"a\": 12}</tool_call> año 漢字 \u{1F600}\n\n"

    /// What can be asked of a map and must not depend on where it comes from.
    private func facts(_ map: TokenizerMap) throws -> [String] {
        let ids = map.tokenizer.encode(Self.text, specials: .parse)
        return [
            map.id, map.hash.description, "\(map.vocabSize)",
            "\(map.specialTokens.sorted { $0.key < $1.key })",
            "\(String(describing: map.toolCalling))", "\(ids)", "\(map.tokenizer.encode(Self.text))",
            map.vocabulary.decode(ids), "\(try map.documentBytes().count)",
        ]
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).map { folder + "/" + $0 }
    }

    @Test("a map from the cache is the map", arguments: ["tiny.json", "tiny.json.gz"])
    func opening(name: String) throws {
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder + "/a/b")
            let path = try Fixture.path(name)
            #expect(cache.open(path: path) == nil)
            let compiled = try TokenizerMap.load(path: path, cache: cache)
            let opened = try #require(cache.open(path: path))
            #expect(try facts(opened) == facts(compiled))
            #expect(try facts(TokenizerMap.load(path: path, cache: cache)) == facts(compiled))
            #expect(throws: MapError.self) {
                try TokenizerMap.load(
                    path: path + "#sha256:" + String(repeating: "0", count: 64), cache: cache)
            }
            #expect(try files(folder + "/a/b").count == 1)
        }
    }

    @Test("a corrected map from the cache is corrected")
    func corrected() throws {
        guard let conformance = Fixture.conformance else { return }
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder)
            for name in ["huggingfacetb+smollm2", "microsoft+phi-3", "tiiuae+falcon"] {
                let path = "\(conformance)/maps/\(name).json.gz"
                let compiled = try TokenizerMap.load(path: path, cache: cache)
                let text = "12 345  </s>  a\n ¼ m² !!x"
                let opened = try #require(cache.open(path: path))
                #expect(
                    opened.tokenizer.encode(text, specials: .parse)
                        == compiled.tokenizer.encode(text, specials: .parse))
            }
        }
    }

    @Test("a file that was written to, or replaced, is compiled anew")
    func stale() throws {
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder + "/cache")
            let path = folder + "/map.json"
            var bytes = try Fixture.bytes("tiny.json")
            try Data(bytes).write(to: URL(filePath: path))
            let first = try TokenizerMap.load(path: path, cache: cache)
            let old = try #require(cache.open(path: path))
            let mark = try #require(bytes.firstRange(of: Array("tests/tiny-1.0".utf8)))
            bytes.replaceSubrange(mark, with: Array("tests/tiny-9.9".utf8))
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
            #expect(cache.open(path: path) == nil)
            let second = try TokenizerMap.load(path: path, cache: cache)
            #expect(second.id == "tests/tiny-9.9")
            #expect(second.hash != first.hash)
            // The map that was open goes on, but cannot give its document any more.
            #expect(old.tokenizer.encode(Self.text) == first.tokenizer.encode(Self.text))
            #expect { try old.documentBytes() } throws: { ($0 as? MapError)?.code == .hashMismatch }
        }
    }

    @Test("the configuration beside a tokenizer.json counts, and the name of a link to it")
    func neighbours() throws {
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder + "/cache")
            let (path, link) = (folder + "/one.json", folder + "/two.json")
            let config = URL(filePath: folder + "/tokenizer_config.json")
            var parts = HuggingFaceTests.Parts()
            parts.added = "[\(HuggingFaceTests.token("<s>", 3))]"
            try Data(parts.bytes).write(to: URL(filePath: path))
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            #expect(try TokenizerMap.load(path: path, cache: cache).endOfSequenceID == nil)
            #expect(cache.open(path: path) != nil)
            try Data(#"{"eos_token":"<s>"}"#.utf8).write(to: config)
            #expect(cache.open(path: path) == nil)
            #expect(try TokenizerMap.load(path: path, cache: cache).endOfSequenceID == 3)
            #expect(cache.open(path: path)?.endOfSequenceID == 3)
            #expect(try TokenizerMap.load(path: link, cache: cache).id == "two")
            let opened = try #require(cache.open(path: path))
            #expect(opened.id == "one")
            #expect(throws: Never.self) { try opened.documentBytes() }
            try FileManager.default.removeItem(at: config)
            #expect(cache.open(path: path) == nil)
        }
    }

    @Test("a damaged file is never believed")
    func damaged() throws {
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder)
            let path = try Fixture.path("tiny.json")
            let expected = try facts(TokenizerMap.load(path: path, cache: cache))
            let file = try #require(files(folder).first)
            let whole = [UInt8](try Data(contentsOf: URL(filePath: file)))
            var generator = SeededGenerator(seed: 11)
            for round in 0..<400 {
                var bytes = whole
                if round % 4 == 0 {
                    bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
                } else {
                    // Half of the damage near the start, where the header is.
                    let limit = round % 2 == 0 ? 512 : bytes.count
                    bytes[Int.random(in: 0..<limit, using: &generator)] ^=
                        1 << UInt8.random(in: 0...7, using: &generator)
                }
                try Data(bytes).write(to: URL(filePath: file))
                // Between header and tables lie bytes that mean nothing.
                if let opened = cache.open(path: path) { #expect(try facts(opened) == expected) }
            }
            try Data(whole).write(to: URL(filePath: file))
            #expect(cache.open(path: path) != nil)
            for place in [0, 40, 60, 200, 4_096, 4_100, 5_000, whole.count / 2, whole.count - 17] {
                var bytes = whole
                bytes[place] ^= 0x10
                try Data(bytes).write(to: URL(filePath: file))
                #expect(cache.open(path: path) == nil, "byte \(place)")
            }
            _ = try TokenizerMap.load(path: path, cache: cache)
            #expect(cache.open(path: path) != nil)
        }
    }

    @Test("a file that others can write is not believed")
    func writableByOthers() throws {
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder)
            let path = try Fixture.path("tiny.json")
            _ = try TokenizerMap.load(path: path, cache: cache)
            #expect(cache.open(path: path) != nil)
            let file = try #require(files(folder).first)
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
            #expect(cache.open(path: path) == nil)
        }
    }

    @Test("only so many maps are kept")
    func bounded() throws {
        try Fixture.withFolder { folder in
            let cache = CompiledMapCache(folder: folder + "/cache")
            let bytes = try Fixture.bytes("tiny.json")
            for number in 0..<CompiledMapCache.mostMaps + 3 {
                let path = "\(folder)/\(number).json"
                try Data(bytes).write(to: URL(filePath: path))
                _ = try TokenizerMap.load(path: path, cache: cache)
            }
            #expect(try files(cache.folder).count == CompiledMapCache.mostMaps)
        }
    }

    @Test("a folder that cannot be made is as good as no cache")
    func unwritable() throws {
        try Fixture.withFolder { folder in
            let file = folder + "/file"
            try Data().write(to: URL(filePath: file))
            let map = try TokenizerMap.load(
                path: Fixture.path("tiny.json"), cache: CompiledMapCache(folder: file + "/cache"))
            #expect(map.id == "tests/tiny-1.0")
        }
    }
}
