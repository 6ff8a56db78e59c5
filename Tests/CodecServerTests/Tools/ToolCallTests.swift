import CodecCore
import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Tool calls in answers")
struct ToolCallTests {
    static let call = #"{"name": "add", "arguments": {"a": 1, "b": [2]}}"#
    static let tools = #"""
        "tools":[{"type":"function","function":{"name":"add","description":"Adds.","parameters":{"type":"object",
         "properties":{"a":{"type":"integer"}},"required":["a"]}}},{"type":"function","function":{"name":"now"}}]
        """#
    static let calling = ToolCalling(convention: .custom, startMarker: "<|begin|>", endMarker: "<|end|>")

    /// The ids of a text in which `<` and `>` stand for the markers.
    static func ids(_ text: String) -> [TokenID] {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "<"): ByteMap.begin
            case UInt8(ascii: ">"): ByteMap.end
            default: TokenID(byte)
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var output: String
        var reason = FinishReason.endOfSequence
        /// Of each frame its ids as text, and its calls.
        var frames: [(String, [ToolCall])]
        var testDescription: String { output }
    }

    static let add = ToolCall(name: "add", argumentsJSON: #"{"a": 1, "b": [2]}"#)
    static let cases: [Case] = [
        Case(output: "no call", frames: [("no call", [])]),
        Case(output: "a<\(call)>b", frames: [("a", []), ("b", [add])]),
        Case(output: "<\(call)>", frames: [("", [add])]),
        Case(output: "a<\(call)><\(call)>", frames: [("a", []), ("", [add, add])]),
        Case(output: "a<\(call)", reason: .endOfSequence, frames: [("a", []), ("", [add])]),
        Case(output: "<not json>b", frames: [("b", [ToolCall(argumentsJSON: "not json")])]),
        Case(
            output: "a<{\"na", reason: .length, frames: [("a", []), ("", [ToolCall(argumentsJSON: "{\"na")])]),
        Case(output: "a<>b", frames: [("a", []), ("b", [])]),
        Case(output: "", frames: [("", [])]),
    ]

    @Test("regions become calls of the frame with the ids behind them", arguments: cases)
    func frames(_ c: Case) async throws {
        let engine = try SteppedEngine { _ in [.ids(Self.ids(c.output)), .finish(c.reason)] }
        try await withRoutes(engine) { client in
            for flush in [0, 1000] {
                let response = try await client.post(
                    "/v1/completions",
                    #"""
                    {"prompt":"p","stream_format":"msgpack","stream_options":{"flush_ms":\#(flush)},
                     "tool_watcher":{"start":"<|begin|>","end":"<|end|>"}}
                    """#)
                let frames = try decodeFrames(response.bytes, .msgpack)
                #expect(frames.last?.done == true)
                #expect(frames.last?.finishReason == c.reason)
                #expect(frames.flatMap(\.ids) == ByteMap.ids(c.frames.map(\.0).joined()))
                #expect(frames.flatMap(\.toolCalls) == c.frames.flatMap(\.1))
                // Each call comes before the ids that follow its region, and after those before it.
                var before = 0
                for frame in frames {
                    if !frame.toolCalls.isEmpty {
                        let index = try #require(c.frames.firstIndex { $0.1 == frame.toolCalls })
                        #expect(before == c.frames[..<index].reduce(0) { $0 + $1.0.utf8.count })
                    }
                    before += frame.ids.count
                }
            }
        }
    }

    @Test("chat shows calls as OpenAI's clients read them, streamed and whole")
    func chat() async throws {
        let engine = try SteppedEngine(toolCalling: Self.calling) { _ in
            [.ids(Self.ids("I will.<\(Self.call)><oops>")), .finish(.endOfSequence)]
        }
        try await withRoutes(engine) { client in
            let body = #"{"messages":[{"role":"user","content":"1+2?"}],\#(Self.tools)"#
            let document = try await client.post("/v1/chat/completions", body + "}").json()
            // The call's ids were made too.
            let made = Self.ids("I will.<\(Self.call)><oops>").count
            #expect(document["usage"]?["completion_tokens"] == .integer(made))
            let whole = document["choices"]?[0]
            #expect(whole?["finish_reason"] == .string("tool_calls"))
            #expect(whole?["message"]?["content"] == .string("I will.oops"))
            let call = whole?["message"]?["tool_calls"]?[0]
            #expect(call?["type"] == .string("function"))
            #expect(call?["function"]?["name"] == .string("add"))
            #expect(call?["function"]?["arguments"] == .string(#"{"a": 1, "b": [2]}"#))
            guard case .string(let id)? = call?["id"] else {
                Issue.record("a call without an id")
                return
            }
            #expect(id.hasPrefix("call_"))

            let events = try await client.post(
                "/v1/chat/completions", body + #","stream":true,"stream_options":{"include_usage":true}}"#
            ).text
            #expect(events.contains(#""completion_tokens":\#(made)"#))
            let chunks = try events.split(separator: "\n\n").compactMap { event -> JSONValue? in
                let data = event.dropFirst("data: ".count)
                return data == "[DONE]" ? nil : try JSONValue(parsing: Array(data.utf8))
            }
            let deltas = chunks.compactMap { $0["choices"]?[0]?["delta"] }
            let calls = deltas.compactMap { $0["tool_calls"]?[0] }
            #expect(calls.count == 1)
            #expect(calls.first?["index"] == .integer(0))
            #expect(calls.first?["function"]?["arguments"] == .string(#"{"a": 1, "b": [2]}"#))
            #expect(deltas.compactMap { $0["content"]?.string }.joined() == "I will.oops")
            #expect(chunks.compactMap { $0["choices"]?[0]?["finish_reason"]?.string } == ["tool_calls"])
        }
        // The model's own markers are watched; the request says nothing of them.
        #expect(engine.requests.allSatisfy { $0.constraint == nil })
    }

    @Test("a call that has to be made is a constraint: markers, and a grammar of the tools")
    func required() async throws {
        let engine = try SteppedEngine(toolCalling: Self.calling) { _ in [.finish(.endOfSequence)] }
        try await withRoutes(engine) { client in
            for choice in [
                "\"required\"", #"{"type":"function","function":{"name":"now"}}"#, "\"none\"", "\"auto\"",
            ] {
                _ = try await client.post(
                    "/v1/chat/completions",
                    #"{"messages":[{"role":"user","content":"a"}],\#(Self.tools),"tool_choice":\#(choice)}"#)
            }
        }
        let constraints = engine.requests.map(\.constraint)
        #expect(constraints[0]?.prefix == [ByteMap.begin])
        #expect(constraints[0]?.suffix == [ByteMap.end])
        #expect(constraints[0]?.grammar != nil)
        #expect(constraints[1]?.grammar != constraints[0]?.grammar)
        #expect(constraints[2] == nil)
        #expect(constraints[3] == nil)
    }

    @Test("calls and results of earlier turns reach the template")
    func history() async throws {
        let engine = try SteppedEngine(answering: "3")
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/chat/completions",
                #"""
                {"messages":[{"role":"user","content":"1+2?"},
                 {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":
                   {"name":"add","arguments":"{\"a\":1}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"3"}]}
                """#)
            #expect(response.status == .ok, "\(response.text)")
        }
        #expect(
            engine.chats == [
                [
                    ChatMessage(role: "user", content: "1+2?"),
                    ChatMessage(
                        role: "assistant", content: "",
                        toolCalls: [ToolCall(name: "add", argumentsJSON: #"{"a":1}"#, id: "c1")]),
                    ChatMessage(role: "tool", content: "3", toolCallID: "c1"),
                ]
            ])
    }
}
