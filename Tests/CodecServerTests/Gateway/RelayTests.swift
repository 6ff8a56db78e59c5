import CodecClient
import CodecCompression
import CodecCore
import CodecEngines
import CodecGateway
import CodecMaps
import CodecTesting
import NIOHTTP1
import Testing

@testable import CodecServer

@Suite("Frames of a Codec server behind a gateway")
struct RelayTests {
    private static let ids: [TokenID] = ByteMap.ids("frames pass through")
    private static let request = #"{"prompt":"hi","stream":true,"stream_format":"msgpack"}"#

    private static func upstream(_ fault: UpstreamFault? = nil) async throws -> ScriptedUpstream {
        let map = try ByteMap.make()
        return try await ScriptedUpstream.start(
            .codec, playing: UpstreamScript(ids: ids, of: map.vocabulary, fault: fault))
    }

    private static func decoded(_ bytes: [UInt8]) throws -> [TokenID] {
        var decoder = FrameDecoder(format: .msgpack)
        decoder.append(bytes)
        var ids: [TokenID] = []
        while let frame = try decoder.next() { ids += frame.ids }
        return ids
    }

    @Test("byte by byte as the upstream sends them, however they are cut, and the client's headers with them")
    func identical() async throws {
        var bodies: [[UInt8]] = []
        for fault in [nil, UpstreamFault.everyByte] {
            let upstream = try await Self.upstream(fault)
            try await GatewayClient.with(flags: ["codec=\(upstream.url)"]) { client in
                let answer = try await client.post(
                    "/v1/completions", Self.request,
                    headers: [("Accept-Encoding", "br"), ("Codec-Client-Version", "0.4")])
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "Content-Type") == FrameFormat.msgpack.contentType)
                #expect(answer.headers.first(name: "Codec-Upstream") == "codec")
                #expect(try Self.decoded(answer.bytes) == Self.ids)
                bodies.append(answer.bytes)
            }
            let asked = try #require(upstream.requests.last { $0.method == "POST" })
            #expect(asked.header("Accept-Encoding") == "br")
            #expect(asked.header("Codec-Client-Version") == "0.4")
            #expect(asked.json["model"] == .string("scripted"))
            #expect(asked.json["stream_format"] == .string("msgpack"))
            await upstream.stop()
        }
        #expect(bodies.count == 2 && bodies.first == bodies.last)
    }

    @Test("another upstream is asked before the first byte")
    func failover() async throws {
        let bad = try await Self.upstream(.status(503))
        let good = try await Self.upstream()
        var configuration = GatewayConfiguration(
            upstreams: [
                .init(name: "bad", kind: .codec, url: bad.url),
                .init(name: "good", kind: .codec, url: good.url),
            ])
        configuration.upstreams[1].priority = 1
        try await GatewayClient.with(configuration) { client in
            let answer = try await client.post("/v1/completions", Self.request)
            #expect(answer.status == 200 && answer.headers.first(name: "Codec-Upstream") == "good")
            #expect(try Self.decoded(answer.bytes) == Self.ids)
        }
        await bad.stop()
        await good.stop()
    }

    @Test(
        "a stream that is cut at the upstream is cut at the client",
        arguments: [UpstreamFault.cut, .truncated])
    func cut(_ fault: UpstreamFault) async throws {
        let upstream = try await Self.upstream(fault)
        try await GatewayClient.with(flags: ["codec=\(upstream.url)"]) { client in
            await #expect(throws: (any Error).self) {
                _ = try await client.post("/v1/completions", Self.request)
            }
            let listing = try await client.get("/admin/upstreams").json()
            #expect(listing["upstreams"]?.array?.first?["failures"] == .integer(1))
        }
        await upstream.stop()
    }

    @Test("a client that leaves ends the upstream's work")
    func leaving() async throws {
        let upstream = try await Self.upstream(.hangMidway)
        try await GatewayClient.with(flags: ["codec=\(upstream.url)"]) { client in
            let connection = try await RawConnection(port: client.gateway.port)
            try await connection.post("/v1/completions", Self.request)
            try await eventually("frames have come") { connection.text.contains("\r\n\r\n") }
            try await connection.close()
            try await eventually("the upstream is left") { upstream.cancelledAnswers == 1 }
        }
        await upstream.stop()
    }

    @Test("before a real server: text, frames, the list, its map, and requests in ids, all from its address")
    func realServer() async throws {
        let engine = try SteppedEngine(answering: "hello")
        try await RunningServer.with(engine) { server in
            try await GatewayClient.with(flags: ["codec=http://127.0.0.1:\(server.port)"]) { gateway in
                let text = try await gateway.post("/v1/completions", #"{"prompt":"hi"}"#).json()
                #expect(text["choices"]?.array?.first?["text"] == .string("hello"))
                #expect(text["model"] == .string("bytes"))
                let model = try await gateway.get("/v1/models").json()["data"]?.array?.first
                #expect(model?["tokenizer_map"]?["hash"] == .string(engine.map.hash.description))

                let client = try CodecClient(
                    baseURL: gateway.gateway.url,
                    configuration: .init(binaryPromptIDs: 50, cache: ClientCache(folder: nil)))
                let map = try await client.discovery.map(engine.map.hash)
                #expect(map.id == engine.map.id)
                for path in ["", "/codec"] {
                    // In JSON the frames are passed on; what is asked in ids only is decoded here.
                    let options: CompletionOptions =
                        path.isEmpty
                        ? .init(prompt: .text("hi"), maxTokens: 8)
                        : .init(prompt: .ids(Array(repeating: 65, count: 60)), maxTokens: 8)
                    var ids: [TokenID] = []
                    for try await frame in try await client.completions(options).frames { ids += frame.ids }
                    #expect(ids == ByteMap.ids("hello"), "\(path)")
                }
            }
        }
    }

    @Test("a map that the upstream does not have is its conflict; a caller's frames are counted")
    func pinAndKeys() async throws {
        let engine = try SteppedEngine(answering: "hello")
        try await RunningServer.with(engine) { server in
            let configuration = try GatewayConfiguration(
                flags: ["codec=http://127.0.0.1:\(server.port)"], environment: [:])
            try await GatewayClient.with(configuration) { client in
                let pin = [("X-Codec-Map", "sha256:" + String(repeating: "0", count: 64))]
                let answer = try await client.post("/v1/completions", Self.request, headers: pin)
                #expect(answer.status == 409, "\(answer.text)")
                #expect(try answer.json()["error"]?["code"] == .string("map_mismatch"))
                let same = [("X-Codec-Map", engine.map.hash.description)]
                let frames = try await client.post("/v1/completions", Self.request, headers: same)
                #expect(try Self.decoded(frames.bytes) == ByteMap.ids("hello"), "\(frames.text)")
            }
            var keys = CallerKeys()
            var (text, key) = CallerKey.make(name: "ann")
            key.isAdmin = true
            try keys.add(key)
            try await GatewayClient.with(configuration, keys: keys) { client in
                let bearer = [("Authorization", "Bearer \(text)")]
                let answer = try await client.post("/v1/completions", Self.request, headers: bearer)
                #expect(try Self.decoded(answer.bytes) == ByteMap.ids("hello"), "\(answer.text)")
                let metrics = try await client.get("/metrics", headers: bearer).text
                #expect(metrics.contains(#"codec_caller_tokens_total{key="ann"} 7"#), "\(metrics)")
            }
        }
    }
}
