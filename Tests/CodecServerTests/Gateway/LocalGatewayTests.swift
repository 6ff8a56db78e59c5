import CodecGateway
import CodecMaps
import CodecTesting
import NIOHTTP1
import Logging
import Testing

@testable import CodecServer

@Suite("A gateway in this process")
struct LocalGatewayTests {
    private static let chat = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

    @Test("a request finds the upstream that answers, and everything says which one it was")
    func failover() async throws {
        let bad = try await ScriptedUpstream.start(
            .openai, playing: UpstreamScript(text: ["no"], fault: .status(503)))
        let good = try await ScriptedUpstream.start(.openai, playing: UpstreamScript(text: ["fi", "ne"]))
        var configuration = GatewayConfiguration(
            upstreams: [
                .init(name: "bad", kind: .openai, url: bad.url),
                .init(name: "good", kind: .openai, url: good.url),
            ])
        configuration.upstreams[1].priority = 1
        try await GatewayClient.with(configuration) { gateway in
            for stream in ["false", "true"] {
                let answer = try await gateway.post(
                    "/v1/chat/completions",
                    #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"hi"}]}"#)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.headers.first(name: "Codec-Upstream") == "good")
                #expect(answer.text.contains("fi"))
                #expect(answer.text.contains("[DONE]") == (stream == "true"))
            }
            #expect(bad.requests.filter { $0.method == "POST" }.count == 2)
            #expect(good.requests.last { $0.method == "POST" }?.json["model"] == .string("m"))
            try await eventually("both are known") {
                try await gateway.get("/ready").status == 200
            }
            let listing = try await gateway.get("/admin/upstreams").json()
            // A web page must not read what an operator may.
            let foreign = try await gateway.get(
                "/admin/upstreams", headers: [("Origin", "http://evil.example")])
            #expect(foreign.headers["Access-Control-Allow-Origin"].isEmpty)
            let upstreams = try #require(listing["upstreams"]?.array)
            #expect(upstreams.map { $0["name"]?.string } == ["bad", "good"])
            #expect(upstreams[0]["failures"] == .integer(2))
            #expect(upstreams[0]["last_error"]?.string?.isEmpty == false)
            #expect(upstreams[1]["failures"] == .integer(0) && upstreams[1]["requests"] == .integer(2))
            #expect(upstreams[1]["state"] == .string("healthy"))
            let metrics = try await gateway.get("/metrics").text
            #expect(
                metrics.contains(#"codec_upstream_failures_total{upstream="bad",kind="openai"} 2"#),
                "\(metrics)")
        }
        await bad.stop()
        await good.stop()
    }

    @Test("when nobody can be reached: the API's own error, and not ready")
    func unreachable() async throws {
        let url = try await ScriptedUpstream.refusedURL()
        let configuration = try GatewayConfiguration(flags: ["openai=\(url)"], environment: [:])
        try await GatewayClient.with(configuration) { gateway in
            let answer = try await gateway.post("/v1/chat/completions", Self.chat)
            #expect(answer.status == 502)
            #expect(try answer.json()["error"]?["code"] == .string("upstream_unreachable"))
            // Where the upstream is, is not the client's business.
            #expect(!answer.text.contains("127.0.0.1"), "\(answer.text)")
            #expect(answer.headers.first(name: "Codec-Upstream") == "openai")
            let ready = try await gateway.get("/ready")
            #expect(ready.status == 503)
            #expect(try await gateway.get("/health").status == 200)
        }
    }

    @Test("models by name and alias; any other name is a 404, unless every name is served")
    func names() async throws {
        let upstream = try await ScriptedUpstream.start(.openai, playing: UpstreamScript(text: ["x"]))
        var configuration = GatewayConfiguration(
            upstreams: [.init(name: "a", kind: .openai, url: upstream.url)],
            models: [.init(name: "m", targets: [.init(upstream: "a", model: "org/M")])])
        configuration.models[0].aliases = ["fast"]
        try await GatewayClient.with(configuration) { gateway in
            let ask = { (model: String) in
                try await gateway.post(
                    "/v1/chat/completions",
                    #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#)
            }
            #expect(try await ask("fast").status == 200)
            #expect(upstream.requests.last { $0.method == "POST" }?.json["model"] == .string("org/M"))
            let unknown = try await ask("else")
            #expect(unknown.status == 404)
            #expect(try unknown.json()["error"]?["code"] == .string("model_not_found"))
            let list = try await gateway.get("/v1/models").json()
            #expect(list["data"]?.array?.map { $0["id"]?.string } == ["m"])
            var next = configuration
            next.models.append(.init(name: "*", targets: [.init(upstream: "a")]))
            try await gateway.gateway.reload(next)
            #expect(try await ask("else").status == 200)
            #expect(upstream.requests.last { $0.method == "POST" }?.json["model"] == .string("else"))
            let same = try await gateway.get("/v1/models").json()
            #expect(same["data"]?.array?.map { $0["id"]?.string } == ["m", "scripted"])
        }
        await upstream.stop()
    }

    @Test("only the fronts that are wanted; keys count and open")
    func frontsAndKeys() async throws {
        let upstream = try await ScriptedUpstream.start(.openai, playing: UpstreamScript(text: ["x"]))
        let configuration = try GatewayConfiguration(flags: ["openai=\(upstream.url)"], environment: [:])
        var keys = CallerKeys()
        var (text, key) = CallerKey.make(name: "ann")
        key.requestsPerMinute = 2
        key.isAdmin = true
        try keys.add(key)
        let bearer = [("Authorization", "Bearer \(text)")]
        var listening = CodecServer.Configuration(host: "127.0.0.1", port: 0)
        listening.fronts = [.chat]
        try await GatewayClient.with(configuration, keys: keys, listening: listening) { gateway in
            #expect(try await gateway.post("/v1/chat/completions", Self.chat).status == 401)
            for status in [200, 200, 429] as [UInt] {
                let answer = try await gateway.post("/v1/chat/completions", Self.chat, headers: bearer)
                #expect(answer.status == status)
            }
            #expect(try await gateway.get("/v1/completions", headers: bearer).status == 404)
            #expect(try await gateway.get("/admin/upstreams").status == 401)
            let metrics = try await gateway.get("/metrics", headers: bearer).text
            #expect(metrics.contains(#"codec_caller_requests_total{key="ann"} 4"#), "\(metrics)")
            #expect(!metrics.contains(text))
        }
        // The caller's key is not the upstream's business.
        for request in upstream.requests { #expect(request.header("Authorization") == nil) }
        await upstream.stop()
    }

    @Test("a map that cannot be loaded, and a template that is not there, are errors of the start")
    func missingFiles() async throws {
        var upstream = GatewayConfiguration.Upstream(name: "a", kind: .vllm, url: "http://127.0.0.1:1")
        upstream.map = "/nowhere/map.json"
        let map = await #expect(throws: ConfigurationError.self) {
            _ = try await LocalGateway.start(
                GatewayConfiguration(upstreams: [upstream]), logger: GatewayClient.quiet)
        }
        #expect(map?.description.contains("/nowhere/map.json") == true)
        upstream.map = nil
        upstream.chatTemplate = "/nowhere/template.jinja"
        let template = await #expect(throws: (any Error).self) {
            _ = try await LocalGateway.start(
                GatewayConfiguration(upstreams: [upstream]), logger: GatewayClient.quiet)
        }
        #expect(template.map { "\($0)" }?.contains("/nowhere/template.jinja") == true)
    }
}
