import CodecCompression
import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct PublicationTests {
    static func map(_ id: String, publishedAt: String? = nil) throws -> TokenizerMap {
        var document = try MapDocument(parsing: Fixture.bytes("tiny.json"))
        document.id = id
        document.publishedAt = publishedAt
        return try TokenizerMap(document)
    }

    @Test("documents by hash, pointers by id, an index of all")
    func files() throws {
        let maps = [try Self.map("b/c-1.0"), try Self.map("a", publishedAt: "2026-01-01T00:00:00Z")]
        let files = try MapPublication(maps, baseURL: "https://maps.example.com/x/").files
        #expect(
            files.map(\.path) == [
                "maps/sha256/\(maps[1].hash.hex).json", "maps/sha256/\(maps[0].hash.hex).json",
                ".well-known/codec/maps/a.json", ".well-known/codec/maps/b/c-1.0.json",
                ".well-known/codec/index.json",
            ])
        #expect(try files[0].bytes == maps[1].documentBytes())
        let pointer = """
            {"id":"a","url":"https://maps.example.com/x/maps/sha256/\(maps[1].hash.hex).json","hash":"\(maps[1].hash)",\
            "published_at":"2026-01-01T00:00:00Z"}
            """
        #expect(String(decoding: files[2].bytes, as: UTF8.self) == pointer + "\n")
        let index = try #require(
            try JSONSerialization.jsonObject(with: Data(files[4].bytes)) as? [String: Any])
        #expect(index["codec_version"] as? String == "0.2")
        #expect((index["maps"] as? [[String: String]])?.map { $0["id"] } == ["a", "b/c-1.0"])
    }

    @Test("dictionaries and rank tables lie under their hash")
    func filesByHash() throws {
        let (dictionary, table) = (Array("dictionary".utf8), Array("table".utf8))
        let files = try MapPublication(
            [try Self.map("a")], dictionaries: [dictionary], rankTables: [table], baseURL: "https://a.b"
        ).files
        let bytes = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        #expect(bytes[".well-known/codec/dicts/\(ContentHash(of: dictionary).hex).zstd"] == dictionary)
        #expect(bytes[".well-known/codec/rank-tables/\(ContentHash(of: table).hex).bin"] == table)
        #expect(files.count == 5)
    }

    @Test("what an index listed before stays, unless it is published anew")
    func keeping() throws {
        func index(_ maps: [TokenizerMap], keeping previous: MapIndex? = nil) throws -> MapIndex {
            let files = try MapPublication(maps, baseURL: "https://a.b", keeping: previous).files
            return try MapIndex(parsing: try #require(files.last).bytes)
        }
        let before = try index([try Self.map("a"), try Self.map("b")])
        let map = try Self.map("b", publishedAt: "2026-01-01T00:00:00Z")
        let after = try index([map, try Self.map("c")], keeping: before)
        #expect(after.maps.map(\.id) == ["a", "b", "c"])
        #expect(after.maps[0] == before.maps[0])
        #expect(after.maps[1].hash == map.hash)
        #expect(throws: MapError.self) { try index([try Self.map("a.json/d")], keeping: before) }
    }

    @Test(
        "ids that are no paths, or in each other's way",
        arguments: [["a//b"], ["./a"], ["a/"], ["a", "a"], ["a", "a.json/b"]])
    func ids(ids: [String]) throws {
        let maps = try ids.map { try Self.map($0) }
        #expect { try MapPublication(maps, baseURL: "https://a.b") } throws: {
            ($0 as? MapError)?.field == "id"
        }
    }

    @Test(
        "base URLs",
        arguments: [
            ("https://a.b", true), ("https://a.b:8/c", true), ("http://localhost:8080", true),
            ("http://[::1]:1/", true),
            ("http://127.0.0.1", true), ("http://a.b", false), ("http://localhost.a.b", false),
            ("ftp://a.b", false),
            ("//a.b", false), ("a.b", false), ("https://", false), ("https:///x", false),
            ("https://a.b?x", false),
            ("https://a.b#x", false), ("https://u@a.b", false), ("https://a b", false),
            ("http://localhost@a.b", false),
            ("", false),
        ])
    func baseURLs(url: String, isRight: Bool) throws {
        let maps = [try Self.map("a")]
        #expect(((try? MapPublication(maps, baseURL: url)) != nil) == isRight)
    }
}
