import CodecEngines
import CodecMaps
import CodecTesting
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@testable import CodecServer

@Suite("Anthropic's Messages before upstreams")
struct MessagesUpstreamRouteTests {
    private static let script = UpstreamScript(
        [.init("Hi"), .init(", ü")], reasoning: ["Hm", "m"],
        toolCalls: [.init(id: "toolu_1", name: "f", arguments: [#"{"x":"#, "1}"])])
    private static let thinking = #"""
        "model":"mine","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000},"speed":"fast",
        "tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Q"}]
        """#

    /// Serves what a server of this kind plays.
    private static func with(
        _ kind: ScriptedUpstream.Kind, _ fault: UpstreamFault? = nil,
        _ body: @escaping @Sendable (ScriptedUpstream, any TestClientProtocol) async throws -> Void
    ) async throws {
        var script = script
        script.fault = fault
        let upstream = try await ScriptedUpstream.start(kind, playing: script)
        let connection = try UpstreamConnection(
            UpstreamConfiguration(name: "up", address: UpstreamAddress(upstream.url)))
        let engine: any ModelEngine =
            kind == .anthropic
            ? MessagesUpstream(connection, model: "theirs")
            : ChatUpstream(connection, .vllm, model: "theirs")
        let server = CodecServer(
            models: ModelRegistry([ServedModel(name: "mine", created: 0, engine: engine)]),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let result = await Result {
            try await server.makeApplication().test(.router) { try await body(upstream, $0) }
        }
        await engine.shutdown()
        await upstream.stop()
        try result.get()
    }

    /// The content of a streamed message, as a client gathers it.
    private static func gather(_ response: TestResponse) throws -> [String] {
        var content: [String] = []
        for line in response.text.split(separator: "\n") where line.hasPrefix("data: ") {
            let event = try JSONValue(parsing: Array(line.dropFirst("data: ".count).utf8))
            if let type = event["content_block"]?["type"]?.string { content.append(type + ":") }
            let delta = event["delta"]
            let part = delta?["text"] ?? delta?["thinking"] ?? delta?["partial_json"]
            if let part = part?.string, !content.isEmpty { content[content.count - 1] += part }
        }
        return content
    }

    private static let content = ["thinking:Hmm", "text:Hi, ü", #"tool_use:{"x":1}"#]

    @Test("of the same API: the request goes on as it came, the answer comes back as it is")
    func verbatim() async throws {
        try await Self.with(.anthropic) { upstream, client in
            let response = try await client.post("/v1/messages", "{\"stream\":true,\(Self.thinking)}")
            #expect(try Self.gather(response) == Self.content)
            #expect(response.text.contains("signature_delta") && response.text.contains(#""model":"theirs""#))
            let whole = try await client.post("/v1/messages", "{\(Self.thinking)}").json()
            #expect(whole["id"] == .string("msg_1") && whole["stop_reason"] == .string("tool_use"))
            #expect(whole["content"]?[0]?["signature"] == .string("c2ln"))
            for request in upstream.requests {
                #expect(request.json["model"] == .string("theirs"))
                #expect(request.json["speed"] == .string("fast"))
                #expect(request.json["thinking"]?["budget_tokens"] == .integer(2000))
            }
        }
    }

    @Test("of another API: thoughts, text and calls in Anthropic's form; what is left out is named")
    func translated() async throws {
        try await Self.with(.vllm) { _, client in
            let response = try await client.post("/v1/messages", "{\"stream\":true,\(Self.thinking)}")
            #expect(try Self.gather(response) == Self.content, "\(response.text)")
            #expect(response.headers[.codecDegraded]?.contains("speed") == true)
            let whole = try await client.post("/v1/messages", "{\(Self.thinking)}")
            let content = try whole.json()["content"]
            #expect(content?[0]?["thinking"] == .string("Hmm"))
            #expect(content?[1]?["text"] == .string("Hi, ü"))
            #expect(content?[2]?["id"] == .string("toolu_1"))
            #expect(content?[2]?["input"]?["x"] == .integer(1))
            #expect(whole.headers[.codecDegraded]?.contains("speed") == true)
        }
    }

    @Test(
        "a stream that breaks ends with an error event, never as if it were whole",
        arguments: [UpstreamFault.cut, .noEnd, .malformedJSON, .errorEvent, .truncated],
        [ScriptedUpstream.Kind.anthropic, .vllm])
    func broken(fault: UpstreamFault, kind: ScriptedUpstream.Kind) async throws {
        try await Self.with(kind, fault) { _, client in
            let response = try await client.post("/v1/messages", "{\"stream\":true,\(Self.thinking)}")
            #expect(!response.text.contains("event: message_stop"))
            #expect(response.text.contains("\"type\":\"error\""), "\(response.text)")
            let whole = try await client.post("/v1/messages", "{\(Self.thinking)}")
            #expect(whole.status == .badGateway)
            #expect(try whole.json()["error"]?["type"] == .string("api_error"))
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
