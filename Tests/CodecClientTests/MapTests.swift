import CodecClient
import CodecCompression
import CodecMaps
import Testing

@Suite(.timeLimit(.minutes(1))) struct MapTests {
    static let document = Array(
        #"{"id":"test/two","version":"2","vocab_size":2,"vocab":{"a":0,"b":1},"encoder":"byte_level","merges":[],"special_tokens":{}}"#
            .utf8)
    static let hash = ContentHash(of: document)

    /// Serves an index that names `hash` for `test/two`, and `map` as that id's document.
    static func server(
        indexed: ContentHash = hash, id: String = "test/two", map: [UInt8] = document
    ) -> @Sendable (ReplayServer.Request) -> ReplayServer.Answer {
        { request in
            let index = #"{"codec_version":"0.2","maps":[{"id":"\#(id)","url":"x","hash":"\#(indexed)"}]}"#
            return switch request.path {
            case "/.well-known/codec/index.json": .init(body: [Array(index.utf8)])
            case "/.well-known/codec/maps/\(id).json", "/elsewhere.json": .init(body: [map])
            default: .init(status: "404 Not Found", body: [])
            }
        }
    }

    @Test("an inline map, found by its hash")
    func inline() async throws {
        try await ReplayServer.run(Self.server()) { server in
            let map = try await CodecClient(baseURL: server.url).map(Self.hash)
            #expect(map.id == "test/two")
            #expect(try map.documentBytes() == Self.document)
            #expect(server.requests.count == 2)
        }
    }

    @Test("a pointer is followed once")
    func pointer() async throws {
        try await ReplayServer.run(Self.server()) { maps in
            let pointer = #"{"id":"test/two","url":"\#(maps.url)/elsewhere.json","hash":"\#(Self.hash)"}"#
            try await ReplayServer.run(Self.server(map: Array(pointer.utf8))) { server in
                let map = try await CodecClient(baseURL: server.url).map(Self.hash)
                #expect(map.hash == Self.hash)
            }
        }
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var name: String
        var indexed = MapTests.hash
        var id = "test/two"
        var map = MapTests.document
        var code = ClientError.Code.mapUnavailable
        var testDescription: String { name }
    }

    @Test(
        "what is not the map that was asked for",
        arguments: [
            Bad(name: "not listed", indexed: ContentHash(of: [1])),
            Bad(name: "other bytes", map: document + [10]),
            Bad(name: "an id that climbs", id: "../secret"),
            Bad(
                name: "a pointer of another id",
                map: Array(#"{"id":"a","url":"https://127.0.0.1:1/","hash":"\#(hash)"}"#.utf8)),
            Bad(
                name: "a pointer to an address that is not https",
                map: Array(#"{"id":"test/two","url":"http://192.0.2.1/m.json","hash":"\#(hash)"}"#.utf8),
                code: .invalidURL),
        ])
    func bad(_ c: Bad) async throws {
        try await ReplayServer.run(Self.server(indexed: c.indexed, id: c.id, map: c.map)) { server in
            let client = try CodecClient(baseURL: server.url)
            let error = await #expect(throws: ClientError.self) { _ = try await client.map(Self.hash) }
            #expect(error?.code == c.code, "\(error?.message ?? "")")
        }
    }

    @Test("names of models")
    func models() async throws {
        let list = #"{"object":"list","data":[{"id":"a","object":"model"},{"id":"b"}]}"#
        try await ReplayServer.run({ _ in .init(body: [Array(list.utf8)]) }) { server in
            let models = try await CodecClient(baseURL: server.url).models()
            #expect(models == ["a", "b"])
            #expect(server.requests.first?.line == "GET /v1/models HTTP/1.1")
        }
    }
}
