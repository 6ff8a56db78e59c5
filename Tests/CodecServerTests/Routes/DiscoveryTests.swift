import CodecCompression
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Discovery")
struct DiscoveryTests {
    @Test("what is named by its hash is served as it is, for ever")
    func immutable() async throws {
        let assets = try TestAssets.make()
        let dictionaries = assets.dictionaries.values.flatMap(\.self).map {
            ("/.well-known/codec/dicts/\($0.hash.hex).zstd", $0.hash)
        }
        let ranks = try #require(assets.rankTable)
        try await withRoutes(try SteppedEngine(answering: "x"), assets: assets) { client in
            for (path, hash) in dictionaries + [
                ("/.well-known/codec/rank-tables/\(ranks.hash.hex).bin", ranks.hash)
            ] {
                let answer = try await client.get(path, headers: [.acceptEncoding: "gzip, br"])
                #expect(ContentHash(of: answer.bytes) == hash)
                #expect(answer.headers[.contentType] == "application/octet-stream")
                #expect(answer.headers[.contentEncoding] == nil)
                #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
                #expect(answer.headers[.accessControlAllowOrigin] == "*")
                let tag = try #require(answer.headers[.eTag])
                #expect(try await client.get(path, headers: [.ifNoneMatch: tag]).status == .notModified)
                let head = try await client.execute(uri: path, method: .head)
                #expect(head.headers[.contentLength] == "\(answer.bytes.count)")
                #expect(head.bytes.isEmpty)
            }
            let none = String(repeating: "0", count: 64)
            for path in [
                "dicts/\(none).zstd", "rank-tables/\(none).bin", "dicts/..", "dicts/%2e%2e/index.json",
            ] {
                #expect(try await client.get("/.well-known/codec/" + path).status == .notFound, "\(path)")
            }
        }
    }

    @Test(
        "the index points to the origin that the client used",
        arguments: [
            ("localhost:8000", nil, false, "http://localhost:8000"),
            ("example.org", "https", false, "http://example.org"),
            ("example.org", "https", true, "https://example.org"),
            ("example.org", "gopher", true, "http://example.org"),
            ("[::1]:80", nil, false, "http://[::1]:80"),
            ("evil.example/path", nil, false, nil), ("user@example.org", nil, false, nil),
            ("a\"b", nil, false, nil), ("example.org?x", nil, false, nil), ("example.org#x", nil, false, nil),
        ] as [(String, String?, Bool, String?)])
    func origin(host: String, proto: String?, trusts: Bool, expected: String?) async throws {
        let engine = try SteppedEngine(answering: "x")
        try await RunningServer.with(engine) {
            $0.trustsForwardedProtocol = trusts
        } _: { server in
            let connection = try await RawConnection(port: server.port)
            let forwarded = proto.map { "X-Forwarded-Proto: \($0)\r\n" } ?? ""
            try await connection.send(
                "GET /.well-known/codec/index.json HTTP/1.1\r\nHost: \(host)\r\n\(forwarded)Connection: close\r\n\r\n"
            )
            try await eventually("the answer is there") { connection.isClosed }
            let parts = connection.text.split(separator: "\r\n\r\n", maxSplits: 1)
            guard let expected else {
                #expect(parts.first?.hasPrefix("HTTP/1.1 400") == true, "\(connection.text)")
                return
            }
            let index = try MapIndex(parsing: Array(try #require(parts.last).utf8))
            #expect(index.codecVersion == "0.2")
            #expect(index.maps.map(\.id) == ["test/bytes"])
            #expect(index.maps.map(\.hash) == [engine.map.hash])
            #expect(index.maps.map(\.url.text) == [expected + "/.well-known/codec/maps/test/bytes.json"])
            #expect(
                parts.first?.contains(trusts ? "Vary: Host, X-Forwarded-Proto, " : "Vary: Host, A") == true)
        }
    }

    @Test("the index has a validator")
    func indexValidator() async throws {
        try await withRoutes(try SteppedEngine(answering: "x")) { client in
            let path = "/.well-known/codec/index.json"
            let tag = try #require(try await client.get(path).headers[.eTag])
            #expect(try await client.get(path, headers: [.ifNoneMatch: tag]).status == .notModified)
        }
    }
}
