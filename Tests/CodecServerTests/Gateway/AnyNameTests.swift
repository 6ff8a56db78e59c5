import CodecGateway
import CodecMaps
import CodecTesting
import NIOHTTP1
import Testing

@testable import CodecServer

@Suite("A gateway whose clients may name any model")
struct AnyNameTests {
    private static func names(_ list: JSONValue) -> [String?]? {
        list["data"]?.array?.map { $0["id"]?.string }
    }

    @Test("the upstream's models are listed, its first one is the default, and no answer shows the star")
    func listed() async throws {
        let upstream = try await ScriptedUpstream.start(.openai, playing: UpstreamScript(text: ["x"]))
        try await GatewayClient.with(flags: ["openai=\(upstream.url)"]) { client in
            #expect(Self.names(try await client.get("/v1/models").json()) == ["scripted"])
            let other = [("anthropic-version", "2023-06-01")]
            #expect(Self.names(try await client.get("/v1/models", headers: other).json()) == ["scripted"])
            let one = try await client.get("/v1/models/scripted").json()
            #expect(one["id"] == .string("scripted") && one["context_length"] == .integer(4096))
            for (model, name) in [("", "scripted"), (#""model":"else","#, "else")] {
                let messages = #""messages":[{"role":"user","content":"hi"}]"#
                for (path, body) in [
                    ("/v1/chat/completions", "{\(model)\(messages)}"),
                    ("/v1/chat/completions", "{\(model)\(messages),\"stream\":true}"),
                    ("/v1/completions", "{\(model)\"prompt\":\"hi\"}"),
                    ("/v1/responses", "{\(model)\"input\":\"hi\"}"),
                ] {
                    let answer = try await client.post(path, body)
                    #expect(answer.status == 200, "\(answer.text)")
                    #expect(answer.text.contains(#""model":"\#(name)""#), "\(path): \(answer.text)")
                    #expect(!answer.text.contains(#""*""#))
                    let asked = upstream.requests.last { $0.method == "POST" }?.json["model"]
                    #expect(asked == .string(name), "\(path)")
                }
            }
        }
        let lists = upstream.requests.filter { $0.method == "GET" }.count
        #expect(lists <= 2, "the list is kept, beside the one that the health check asks for: \(lists)")
        await upstream.stop()
    }

    @Test(
        "an upstream that is away takes nothing from the list, and its models are asked of those that have them"
    )
    func several() async throws {
        let first = try await ScriptedUpstream.start(.openai, playing: UpstreamScript(text: ["x"]))
        let away = try await ScriptedUpstream.refusedURL()
        try await GatewayClient.with(flags: ["vllm=\(away)", "openai=\(first.url)"]) { client in
            #expect(Self.names(try await client.get("/v1/models").json()) == ["scripted"])
            let answer = try await client.post("/v1/completions", #"{"prompt":"hi"}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.headers.first(name: "Codec-Upstream") == "openai")
        }
        await first.stop()
        try await GatewayClient.with(flags: ["vllm=\(away)"]) { client in
            let list = try await client.get("/v1/models")
            #expect(list.status == 200)
            #expect(Self.names(try list.json()) == [])
            #expect(try await client.post("/v1/completions", #"{"prompt":"hi"}"#).status == 502)
        }
    }
}
