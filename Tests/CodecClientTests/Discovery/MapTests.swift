import CodecClient
import CodecCompression
import CodecMaps
import Testing

@Suite(.timeLimit(.minutes(1))) struct MapTests {
    static let document = Array(
        #"{"id":"test/two","version":"2","vocab_size":2,"vocab":{"a":0,"b":1},"encoder":"byte_level","merges":[],"special_tokens":{}}"#
            .utf8)
    static let hash = ContentHash(of: document)
    static let otherHash = ContentHash(of: [1])

    /// Serves an index that names `hash` for `test/two`, and `map` as that id's document.
    static func server(
        indexed: ContentHash = hash, id: String = "test/two", map: [UInt8] = document
    ) -> @Sendable (ReplayServer.Request) -> ReplayServer.Answer {
        { request in
            let index =
                #"{"codec_version":"0.2","maps":[{"id":"\#(id)","url":"https://codec.invalid/","hash":"\#(indexed)"}]}"#
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
            let map = try await CodecClient(testing: server.url).discovery.map(Self.hash)
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
                let map = try await CodecClient(testing: server.url).discovery.map(Self.hash)
                #expect(map.hash == Self.hash)
            }
        }
    }

    @Test("names of models")
    func models() async throws {
        let list = #"{"object":"list","data":[{"id":"a","object":"model"},{"id":"b"}]}"#
        try await ReplayServer.run({ _ in .init(body: [Array(list.utf8)]) }) { server in
            let models = try await CodecClient(testing: server.url).models()
            #expect(models == ["a", "b"])
            #expect(server.requests.first?.line == "GET /v1/models HTTP/1.1")
        }
    }
}
