import CodecClient
import CodecCompression
import CodecCore
import CodecMaps
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ToolTests {
    /// What is sent for these options, but for what every request has.
    static func sent(
        _ options: CompletionOptions, answer headers: (String, String)...
    ) async throws -> (
        fields: NSDictionary, text: String, headers: [String: String], response: CompletionResponse
    ) {
        let answer = ReplayServer.Answer(
            headers: CompletionTests.headers(.msgpack) + headers,
            body: CompletionTests.body(CompletionTests.frames, .msgpack))
        var result: (ReplayServer.Request, CompletionResponse)?
        try await ReplayServer.run({ _ in answer }) { server in
            var configuration = CodecClient.Configuration.testing()
            configuration.binaryPromptIDs = 2
            let client = try CodecClient(baseURL: server.url, configuration: configuration)
            let response = try await client.completions(options)
            result = (try #require(server.requests.first), response)
        }
        let (request, response) = try #require(result)
        #expect(request.path != "/v1/completions/codec")
        let object = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        var fields = try #require(object)
        for name in ["prompt", "stream", "stream_format"] { fields[name] = nil }
        return (
            fields as NSDictionary, String(decoding: request.body, as: UTF8.self), request.headers, response
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var options: CompletionOptions
        var json: String
        var testDescription: String { name }

        init(_ name: String, _ json: String, _ change: (inout CompletionOptions) -> Void) {
            self.name = name
            self.json = json
            options = .init(prompt: .ids([1, 2, 3]))
            change(&options)
        }
    }

    static let schema = #"{"type": "object", "properties": {"b": {"type": "integer"}, "a": {"const": 1.50}}}"#

    static let cases: [Case] = [
        Case(
            "tools",
            #"""
            {"tools": [{"type": "function", "function": {"name": "now"}}, {"type": "function", "function":
             {"name": "add", "description": "Adds \"two\".", "parameters": \#(schema)}}]}
            """#
        ) {
            $0.tools = [
                .init(name: "now"), .init(name: "add", description: "Adds \"two\".", parameters: schema),
            ]
        },
        Case("automatic", #"{"tool_choice": "auto"}"#) { $0.toolChoice = .automatic },
        Case("never", #"{"tool_choice": "none"}"#) { $0.toolChoice = .never },
        Case("required", #"{"tool_choice": "required"}"#) { $0.toolChoice = .required },
        Case("one tool", #"{"tool_choice": {"type": "function", "function": {"name": "é\n"}}}"#) {
            $0.toolChoice = .tool("é\n")
        },
        Case(
            "the answer's schema",
            #"{"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": \#(schema)}}}"#
        ) { $0.responseSchema = schema },
        Case("markers", #"{"tool_watcher": {"start": "<a>", "end": "</a>"}}"#) {
            $0.toolWatcher = .init(start: "<a>", end: "</a>")
        },
        Case(
            "calls and results of earlier turns",
            #"""
            {"messages": [{"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "type": "function",
              "function": {"name": "add", "arguments": "{\"a\":1}"}}]},
             {"role": "tool", "content": "3", "tool_call_id": "c1"}]}
            """#
        ) {
            let call = ToolCall(name: "add", argumentsJSON: #"{"a":1}"#, id: "c1")
            $0.prompt = .messages([
                .init(role: "assistant", content: "", toolCalls: [call]),
                .init(role: "tool", content: "3", toolCallID: "c1"),
            ])
        },
    ]

    @Test("what is asked for is sent as OpenAI's fields, and never in binary", arguments: cases)
    func fields(_ c: Case) async throws {
        let sent = try await Self.sent(c.options)
        let expected = try JSONSerialization.jsonObject(with: Data(c.json.utf8)) as? NSDictionary
        #expect(sent.fields == expected)
        // The order of properties is the order in which a forced call has them.
        if c.json.contains(Self.schema) { #expect(sent.text.contains(Self.schema)) }
    }

    @Test(
        "what cannot be sent",
        arguments: [
            .init(prompt: .text("a"), tools: [.init(name: "a", parameters: "[]")]),
            .init(prompt: .text("a"), tools: [.init(name: "a", parameters: "{} ,")]),
            .init(prompt: .text("a"), responseSchema: "{\"a\":}"),
            .init(prompt: .text("a"), temperature: .nan), .init(prompt: .text("a"), topP: .infinity),
        ] as [CompletionOptions])
    func refused(_ options: CompletionOptions) async throws {
        let client = try CodecClient(testing: "http://127.0.0.1:1")
        let error = await #expect(throws: ClientError.self) { _ = try await client.completions(options) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("translation is asked for in a header, and the answer says that it was done")
    func translation() async throws {
        let own = ContentHash(of: [7])
        var options = CompletionOptions(prompt: .text("a"), pinnedMap: CompletionTests.map)
        let plain = try await Self.sent(options)
        #expect(plain.headers["codec-translate"] == nil)
        #expect(plain.response.translatedFrom == nil)
        options.allowsTranslation = true
        let translated = try await Self.sent(options, answer: ("Codec-Translated-From", own.description))
        #expect(translated.headers["codec-translate"] == "allow")
        #expect(translated.headers["x-codec-map"] == CompletionTests.map.description)
        #expect(translated.response.translatedFrom == own)
        #expect(translated.response.map == CompletionTests.map)
        let error = await #expect(throws: ClientError.self) {
            _ = try await Self.sent(options, answer: ("Codec-Translated-From", "smollm2"))
        }
        #expect(error?.code == .unexpectedAnswer)
    }
}
