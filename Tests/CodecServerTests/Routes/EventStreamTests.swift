import CodecCore
import CodecEngines
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Server-sent events")
struct EventStreamTests {
    /// The stream's text with what differs from run to run put in a fixed form.
    private func events(_ path: String, _ body: String, _ steps: [SteppedEngine.Step]) async throws -> String
    {
        let engine = try SteppedEngine { _ in steps }
        return try await withRoutes(engine) { client in
            let response = try await client.post(path, body)
            #expect(response.status == .ok, "\(response.text)")
            #expect(response.headers[.contentType] == "text/event-stream; charset=utf-8")
            return response.text
                .replacing(/"id":"[a-z]+-[0-9a-f]{32}"/, with: "\"id\":\"ID\"")
                .replacing(/"created":[0-9]+/, with: "\"created\":0")
        }
    }

    @Test("a completion's events are these")
    func completion() async throws {
        let text = try await events(
            "/v1/completions",
            #"{"prompt":"a","stream":true,"stream_options":{"flush_ms":0,"include_usage":true}}"#,
            [.ids(ByteMap.ids("Aü")), .ids([ByteMap.end]), .finish(.endOfSequence)])
        let head = #"data: {"id":"ID","object":"text_completion","created":0,"model":"bytes","choices":["#
        #expect(
            text == """
                \(head){"index":0,"text":"A","logprobs":null,"finish_reason":null}],"usage":null}

                \(head){"index":0,"text":"ü","logprobs":null,"finish_reason":null}],"usage":null}

                \(head){"index":0,"text":"","logprobs":null,"finish_reason":"stop"}],"usage":null}

                \(head)],"usage":{"prompt_tokens":1,"completion_tokens":4,"total_tokens":5}}

                data: [DONE]


                """)
    }

    @Test("a chat's events are these")
    func chat() async throws {
        let text = try await events(
            "/v1/chat/completions",
            #"{"messages":[{"role":"user","content":"a"}],"stream":true,"stream_options":{"flush_ms":0}}"#,
            [.ids(ByteMap.ids("\"\n")), .finish(.length)])
        let head =
            #"data: {"id":"ID","object":"chat.completion.chunk","created":0,"model":"bytes","choices":[{"index":0,"delta":"#
        #expect(
            text == """
                \(head){"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

                \(head){"content":"\\""},"logprobs":null,"finish_reason":null}]}

                \(head){"content":"\\n"},"logprobs":null,"finish_reason":null}]}

                \(head){},"logprobs":null,"finish_reason":"length"}]}

                data: [DONE]


                """)
    }

    @Test(
        "finish reasons have OpenAI's names",
        arguments: [
            (FinishReason.endOfSequence, "stop"), (.stopSequence, "stop"), (.length, "length"),
            (.policyViolation, "content_filter"), (FinishReason(rawValue: "new"), "stop"),
        ])
    func finishReasons(reason: FinishReason, name: String) async throws {
        let text = try await events("/v1/completions", #"{"prompt":"a","stream":true}"#, [.finish(reason)])
        #expect(text.contains("\"finish_reason\":\"\(name)\""))
    }

    @Test("text cut inside a character ends in U+FFFD, and packed ids make one chunk")
    func cutCharacter() async throws {
        let text = try await events(
            "/v1/completions", #"{"prompt":"a","stream":true,"stream_options":{"flush_ms":60000}}"#,
            [.ids([0x41]), .ids([0xE2, 0x82]), .finish(.length)])
        let texts = text.matches(of: /"text":"([^"]*)"/).map { String($0.1) }
        #expect(texts.joined() == "A\u{FFFD}")
    }
}
