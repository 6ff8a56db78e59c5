import CodecClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct TextCompletionTests {
    static let eventStream = [("Content-Type", "text/event-stream; charset=utf-8")]

    func read(_ events: String) async throws -> [TextChunk] {
        let answer = ReplayServer.Answer(headers: Self.eventStream, body: [Array(events.utf8)])
        var chunks: [TextChunk] = []
        try await ReplayServer.run({ _ in answer }) { server in
            let response = try await CodecClient(testing: server.url).textCompletions(
                .init(prompt: .text("Hi")))
            for try await chunk in response.chunks { chunks.append(chunk) }
        }
        return chunks
    }

    @Test("completions: text, finish reason, usage chunk, [DONE]")
    func completions() async throws {
        let chunks = try await read(
            """
            data: {"choices":[{"index":0,"text":"Hé","finish_reason":null}]}

            : ping

            data: {"choices":[{"index":0,"text":"llo","finish_reason":"length"}]}

            data: {"choices":[],"usage":{"completion_tokens":2}}

            data: [DONE]


            """)
        #expect(chunks.map(\.text) == ["Hé", "llo"])
        #expect(chunks.map(\.finishReason) == [nil, "length"])
    }

    @Test("chat: deltas; the role's chunk has no text")
    func chat() async throws {
        let chunks = try await read(
            """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}


            """)
        #expect(chunks.map(\.text) == ["Hi", ""])
        #expect(chunks.last?.finishReason == "stop")
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var name: String
        var events: String
        var code: ClientError.Code
        var testDescription: String { name }
    }

    @Test(
        "typed errors",
        arguments: [
            Bad(
                name: "ends without a reason", events: "data: {\"choices\":[{\"text\":\"a\"}]}\n\n",
                code: .truncated),
            Bad(name: "nothing", events: "", code: .truncated),
            Bad(name: "not JSON", events: "data: {\n\n", code: .malformed),
            Bad(name: "another document", events: "data: {\"a\":1}\n\n", code: .malformed),
            Bad(
                name: "error inside",
                events:
                    "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"code\":null}}\n\n",
                code: .refused),
        ])
    func errors(_ c: Bad) async throws {
        let error = await #expect(throws: ClientError.self) { _ = try await read(c.events) }
        #expect(error?.code == c.code)
        if c.code == .refused {
            #expect(error?.server == ServerRefusal(message: "boom", type: "server_error"))
        }
    }
}
