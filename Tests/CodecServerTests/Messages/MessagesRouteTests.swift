import CodecAPI
import CodecCore
import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Anthropic's Messages")
struct MessagesRouteTests {
    private static let hello = #""max_tokens":9,"messages":[{"role":"user","content":"Hi"}]"#
    private static let version: HTTPFields = {
        var fields: HTTPFields = [:]
        if let name = HTTPField.Name("anthropic-version") { fields[name] = "2026-10-21" }
        return fields
    }()
    private static let tools = #"""
        "tools":[{"name":"add","description":"Adds.","input_schema":{"type":"object",
         "properties":{"a":{"type":"integer"}},"required":["a"]}},{"type":"custom","name":"now","input_schema":{"type":"object"}}]
        """#
    private static let add = #"{"name": "add", "arguments": {"a": 1}}"#

    /// The data of a stream's events, each of which has to be named as its data are.
    private static func events(_ response: TestResponse) throws -> [JSONValue] {
        try response.text.split(separator: "\n\n").map { event in
            let lines = event.split(separator: "\n")
            try #require(lines.count == 2 && lines[1].hasPrefix("data: "))
            let data = try JSONValue(parsing: Array(lines[1].dropFirst("data: ".count).utf8))
            try #require(lines[0] == "event: \(data["type"]?.string ?? "")")
            return data
        }
    }

    @Test("an answer, whole and streamed: the same text, reason and usage")
    func answers() async throws {
        let engine = try SteppedEngine(answering: "Aü", .length)
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/messages", #"{"model":"bytes","system":"Be brief.",\#(Self.hello)}"#)
            let whole = try response.json()
            #expect(response.status == .ok && whole["type"] == .string("message"))
            #expect(response.messagesID?.isEmpty == false)
            #expect(response.messagesID == response.headers[.requestID])
            #expect(whole["id"]?.string?.hasPrefix("msg_") == true)
            #expect(whole["model"] == .string("bytes"))
            #expect(whole["content"]?[0]?["text"] == .string("Aü"))
            #expect(whole["stop_reason"] == .string("max_tokens"))
            #expect(whole["usage"]?["output_tokens"] == .integer(3))

            // Without a name the default model answers.
            let streamed = try await client.post(
                "/v1/messages?beta=true", #"{"stream":true,"system":"Be brief.",\#(Self.hello)}"#,
                headers: Self.version)
            #expect(streamed.headers[.contentType] == "text/event-stream; charset=utf-8")
            #expect(streamed.messagesID == streamed.headers[.requestID])
            let events = try Self.events(streamed)
            #expect(events.first?["type"] == .string("message_start"))
            #expect(events.compactMap { $0["delta"]?["text"]?.string }.joined() == "Aü")
            let delta = try #require(events.first { $0["type"] == .string("message_delta") })
            #expect(delta["delta"]?["stop_reason"] == .string("max_tokens"))
            #expect(delta["usage"] == whole["usage"])
            #expect(events.last?["type"] == .string("message_stop"))
        }
        #expect(engine.requests.map(\.maxTokens) == [9, 9])
        let chat = [
            ChatMessage(role: "system", content: "Be brief."), ChatMessage(role: "user", content: "Hi"),
        ]
        #expect(engine.chats == [chat, chat])
    }

    @Test("a stop sequence is told, and is no text")
    func stopSequence() async throws {
        let engine = try SteppedEngine { request in
            [.ids(ByteMap.ids("ab")), .finish(request.stop == ["c"] ? .stopSequence : .error)]
        }
        try await withRoutes(engine) { client in
            let whole = try await client.post(
                "/v1/messages", #"{"stop_sequences":["c"],\#(Self.hello)}"#
            ).json()
            #expect(whole["content"]?[0]?["text"] == .string("ab"))
            #expect(whole["stop_reason"] == .string("stop_sequence"))
        }
    }

    @Test("a tool's call has its input, whole and streamed, and its result reaches the model")
    func tools() async throws {
        let engine = try SteppedEngine(toolCalling: ToolCallTests.calling) { _ in
            [.ids(ToolCallTests.ids("I will.<\(Self.add)>")), .finish(.endOfSequence)]
        }
        try await withRoutes(engine) { client in
            let whole = try await client.post("/v1/messages", "{\(Self.tools),\(Self.hello)}").json()
            #expect(whole["stop_reason"] == .string("tool_use"))
            #expect(whole["content"]?[0]?["text"] == .string("I will."))
            let call = whole["content"]?[1]
            #expect(call?["type"] == .string("tool_use") && call?["name"] == .string("add"))
            #expect(call?["input"] == .members(["a": .integer(1)]))

            let events = try Self.events(
                try await client.post("/v1/messages", "{\"stream\":true,\(Self.tools),\(Self.hello)}"))
            let input = events.compactMap { $0["delta"]?["partial_json"]?.string }.joined()
            #expect(try JSONValue(parsing: Array(input.utf8)) == .members(["a": .integer(1)]))
            #expect(
                events.compactMap { $0["content_block"]?["type"]?.string } == ["text", "tool_use"])

            let id = try #require(call?["id"]?.string)
            let response = try await client.post(
                "/v1/messages",
                #"""
                {"max_tokens":9,\#(Self.tools),"messages":[{"role":"user","content":"1?"},
                 {"role":"assistant","content":[{"type":"tool_use","id":"\#(id)","name":"add","input":{"a":1}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(id)","content":"2"},
                  {"type":"text","text":"And?"}]}]}
                """#)
            #expect(response.status == .ok, "\(response.text)")
            #expect(
                engine.chats.last == [
                    ChatMessage(role: "user", content: "1?"),
                    ChatMessage(
                        role: "assistant", content: "",
                        toolCalls: [ToolCall(name: "add", argumentsJSON: #"{"a":1}"#, id: id)]),
                    ChatMessage(role: "tool", content: "2", toolCallID: id),
                    ChatMessage(role: "user", content: "And?"),
                ])
        }
        #expect(engine.requests.allSatisfy { $0.constraint == nil })
    }

    @Test("a tool that has to be called is a constraint")
    func forcedTool() async throws {
        let engine = try SteppedEngine(toolCalling: ToolCallTests.calling) { _ in [.finish(.endOfSequence)] }
        try await withRoutes(engine) { client in
            for choice in [
                #"{"type":"any"}"#, #"{"type":"tool","name":"now"}"#, #"{"type":"none"}"#,
                #"{"type":"auto"}"#,
            ] {
                _ = try await client.post(
                    "/v1/messages", "{\"tool_choice\":\(choice),\(Self.tools),\(Self.hello)}")
            }
        }
        let constraints = engine.requests.map(\.constraint)
        #expect(constraints.map { $0 != nil } == [true, true, false, false])
        #expect(constraints[0]?.grammar != constraints[1]?.grammar)
    }

    @Test("a count is the prompt's, without an answer")
    func count() async throws {
        let engine = try SteppedEngine(answering: "a")
        try await withRoutes(engine) { client in
            let messages = #""messages":[{"role":"user","content":"Hi"}]"#
            let response = try await client.post("/v1/messages/count_tokens", "{\(messages)}")
            #expect(engine.requests.isEmpty)
            let usage = try await client.post("/v1/messages", "{\"max_tokens\":9,\(messages)}").json()[
                "usage"]
            #expect(try response.json() == .members(["input_tokens": usage?["input_tokens"] ?? .null]))
            #expect(response.messagesID != nil)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var path = "/v1/messages"
        var body: String
        var status = 400
        var type = "invalid_request_error"
        /// A part of the message.
        var names: String
        var testDescription: String { "\(path) \(body)" }
    }

    static let refusals = [
        Refusal(body: "{", names: "JSON"),
        Refusal(body: #"{"messages":[{"role":"user","content":"Hi"}]}"#, names: "'max_tokens'"),
        Refusal(body: #"{"max_tokens":1,"messages":[]}"#, names: "'messages'"),
        Refusal(path: "/v1/messages/count_tokens", body: #"{"messages":4}"#, names: "'messages'"),
        Refusal(body: "{\"model\":\"x\",\(hello)}", status: 404, type: "not_found_error", names: "'x'"),
        Refusal(
            path: "/v1/messages/batches", body: "{}", status: 404, type: "not_found_error", names: "batches"),
        Refusal(body: "{\"container\":\"c\",\(hello)}", names: "'container'"),
        Refusal(
            body: "{\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}],\(hello)}",
            names: "'web_search'"),
        Refusal(body: "{\"stream\":true,\"top_k\":-1,\(hello)}", names: "'top_k'"),
    ]

    @Test("refusals have Anthropic's form", arguments: refusals)
    func refused(_ c: Refusal) async throws {
        try await withRoutes(try SteppedEngine(answering: "a")) { client in
            let response = try await client.post(c.path, c.body, headers: Self.version)
            #expect(response.status.code == c.status)
            let body = try response.json()
            #expect(body["type"] == .string("error") && body["error"]?["type"] == .string(c.type))
            #expect(body["error"]?["message"]?.string?.contains(c.names) == true, "\(response.text)")
            #expect(body["request_id"]?.string == response.messagesID)
        }
    }

    @Test("a thread is refused in the words that clients know")
    func thread() async throws {
        try await withRoutes(try SteppedEngine(answering: "a")) { client in
            let response = try await client.post(
                "/v1/messages?beta=true", "{\"thread\":{\"type\":\"create\"},\(Self.hello)}")
            #expect(response.status == .badRequest)
            let error = try response.json()["error"]
            #expect(error?["type"] == .string("invalid_request_error"))
            #expect(
                error?["details"]
                    == .members([
                        "error_code": .string("thread_unsupported_request"),
                        "unsupported": .array([.string("thread")]),
                    ]))
        }
    }

    @Test("a failure is an error event in a stream that has begun, and a status before")
    func failure() async throws {
        let failing = EngineError(.generationFailed, "It broke.")
        let engine = try SteppedEngine { _ in [.ids(ByteMap.ids("a")), .fail(failing)] }
        try await withRoutes(engine) { client in
            let streamed = try await client.post("/v1/messages", "{\"stream\":true,\(Self.hello)}")
            let error = try #require(try Self.events(streamed).last)
            #expect(error["type"] == .string("error") && error["error"]?["type"] == .string("api_error"))
            #expect(error["request_id"]?.string == streamed.messagesID)
            let whole = try await client.post("/v1/messages", "{\(Self.hello)}")
            #expect(whole.status == .internalServerError)
            #expect(try whole.json()["error"]?["type"] == .string("api_error"))
        }
        let busy = try SteppedEngine { _ throws(EngineError) in
            throw EngineError(.overloaded, "The queue is full.", retryAfter: 3)
        }
        try await withRoutes(busy) { client in
            for stream in [true, false] {
                let response = try await client.post("/v1/messages", "{\"stream\":\(stream),\(Self.hello)}")
                #expect(response.status == .tooManyRequests)
                #expect(response.headers[.retryAfter] == "3")
                #expect(try response.json()["error"]?["type"] == .string("rate_limit_error"))
            }
        }
    }

    @Test("models are told in Anthropic's form to its clients, in OpenAI's to others")
    func models() async throws {
        let engine = try SteppedEngine(model: "a/b") { _ in [.finish(.endOfSequence)] }
        try await withRoutes(engine) { client in
            let list = try await client.get("/v1/models", headers: Self.version).json()
            #expect(list["has_more"] == .bool(false))
            #expect(list["first_id"] == .string("a/b") && list["last_id"] == .string("a/b"))
            let model = try await client.get("/v1/models/a/b", headers: Self.version).json()
            #expect(list["data"] == .array([model]))
            #expect(model["type"] == .string("model") && model["display_name"] == .string("a/b"))
            #expect(model["created_at"] == .string("2023-11-14T22:13:20Z"))
            #expect(model["max_input_tokens"] == .integer(4096))
            let missing = try await client.get("/v1/models/c", headers: Self.version)
            #expect(missing.status == .notFound)
            #expect(try missing.json()["error"]?["type"] == .string("not_found_error"))
            #expect(missing.messagesID != nil)

            let others = try await client.get("/v1/models")
            #expect(try others.json()["object"] == .string("list"))
            #expect(others.messagesID == nil)
            #expect(try await client.get("/v1/models/c").json()["type"] == nil)
        }
    }
}

extension TestResponse {
    /// The request's id as Anthropic's clients read it.
    fileprivate var messagesID: String? { HTTPField.Name("request-id").flatMap { headers[$0] } }
}
