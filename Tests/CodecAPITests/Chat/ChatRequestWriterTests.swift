import CodecAPI
import CodecMaps
import Testing

@Suite("Writing chat requests for upstreams")
struct ChatRequestWriterTests {
    static let call = MessagePart.toolCall(ModelToolCall(id: "c", name: "f", arguments: "{}"))
    static let image = ImagePart(url: "data:image/png;base64,AA==", detail: "high")
    static let tool = ModelTool(
        name: "f", description: "d", kind: .function(parameters: ["type": "object"], isStrict: true))

    static func write(
        _ messages: [ModelMessage], _ traits: OpenAIServerTraits = .vllm,
        _ change: (inout ModelRequest) -> Void = { _ in }
    ) throws(APIError) -> (json: JSONValue, degradations: [String]) {
        var request = ModelRequest(input: .messages(messages))
        request.isStreamed = false
        change(&request)
        let body = try ChatRequestWriter(traits).body(of: request, model: "m")
        let json: JSONValue
        do { json = try JSONValue(parsing: body.json) } catch { throw .internalError }
        return (json, body.degradations)
    }

    @Test("every field, in the server's own words")
    func fields() throws {
        func body(_ traits: OpenAIServerTraits) throws -> String {
            var request = ModelRequest(input: .messages([ModelMessage(.user, [.text("hi")], name: "bob")]))
            request.maxTokens = 3
            request.sampling.temperature = 0.5
            request.sampling.seed = 7
            request.stop = ["x"]
            request.tools = [Self.tool]
            request.toolChoice = .required
            request.parallelToolCalls = false
            request.textFormat = .jsonSchema(name: nil, schema: ["type": "object"], isStrict: true)
            request.reasoning = ReasoningOptions(effort: "low", isEnabled: true)
            request.topLogprobs = 2
            return String(
                decoding: try ChatRequestWriter(traits).body(of: request, model: "m").json, as: UTF8.self)
        }
        let start =
            #"{"model":"m","messages":[{"role":"user","name":"bob","content":"hi"}],"stream":true,"stream_options":{"include_usage":true},"#
        let middle =
            #":3,"temperature":0.5,"seed":7,"stop":["x"],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}}],"tool_choice":"required","parallel_tool_calls":false,"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":true}},"#
        let end = #","logprobs":true,"top_logprobs":2"#
        #expect(
            try body(.openAI) == start + #""max_completion_tokens""# + middle + #""reasoning_effort":"low""#
                + end + "}")
        #expect(
            try body(.compatible) == start + #""max_tokens""# + middle + #""reasoning_effort":"low""# + end
                + "}")
        #expect(
            try body(.vllm) == start + #""max_tokens""# + middle
                + #""reasoning_effort":"low","chat_template_kwargs":{"enable_thinking":true}"# + end
                + #","return_token_ids":true}"#)
        #expect(
            try body(.llama) == start + #""max_tokens""# + middle
                + #""chat_template_kwargs":{"enable_thinking":true,"reasoning_effort":"low"}"# + end + "}")
    }

    @Test("a request of the same API goes on as it came, but for model, delivery and our own fields")
    func passedOn() throws {
        let request = try ChatRequestReaderTests.read(
            #"{"stream_format":"msgpack","messages":[{"role":"user","content":"a","x":1}],"tool_watcher":{},"logit_bias":{"1":2.0},"model":"a","stream":false,"audio":{}}"#
        )
        #expect(
            String(decoding: try ChatRequestWriter(.openAI).body(of: request, model: "b").json, as: UTF8.self)
                == #"{"messages":[{"role":"user","content":"a","x":1}],"logit_bias":{"1":2.0},"model":"b","audio":{}}"#
        )
    }

    @Test("an assistant's turn is one message: thoughts, text and all calls")
    func assistant() throws {
        let messages = [
            ModelMessage(.user, text: "q"),
            ModelMessage(.assistant, [.reasoning(ReasoningPart(text: "hm", signature: "s"))]),
            ModelMessage(.assistant, text: "a"), ModelMessage(.assistant, [Self.call]),
            ModelMessage(
                .assistant, [.toolCall(ModelToolCall(id: "d", name: "f", arguments: ""))]),
            ModelMessage(.tool, [.toolResult(ModelToolResult(callID: "c", parts: [.text("1")]))]),
            ModelMessage(
                .tool,
                [.toolResult(ModelToolResult(callID: "d", parts: [.text("2"), .text("3")], isError: true))]),
        ]
        let calls: JSONValue = [
            ["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]],
            ["id": "d", "type": "function", "function": ["name": "f", "arguments": "{}"]],
        ]
        let results: [JSONValue] = [
            ["role": "tool", "tool_call_id": "c", "content": "1"],
            ["role": "tool", "tool_call_id": "d", "content": "23"],
        ]
        let vllm = try Self.write(messages)
        #expect(
            vllm.json["messages"]?.array == [
                ["role": "user", "content": "q"],
                [
                    "role": "assistant", "content": "a", "reasoning": "hm", "reasoning_content": "hm",
                    "tool_calls": calls,
                ],
            ] + results)
        #expect(vllm.degradations == ["tool-error-as-result"])
        let openAI = try Self.write(messages, .openAI)
        #expect(
            openAI.json["messages"]?.array == [
                ["role": "user", "content": "q"],
                ["role": "assistant", "content": "a", "tool_calls": calls],
            ] + results)
        #expect(openAI.degradations == ["thinking-left-out", "tool-error-as-result"])
    }

    @Test("calls alone have no content; a refusal has its own place where there is one")
    func silent() throws {
        let messages = [
            ModelMessage(.assistant, [Self.call]), ModelMessage(.user, text: "q"),
            ModelMessage(.assistant, [.refusal("no")]),
        ]
        let openAI = try Self.write(messages, .openAI).json["messages"]?.array ?? []
        #expect(
            openAI.first.map {
                if case .object(let all) = $0 {
                    all.contains(.init(name: "content", value: .null))
                } else {
                    false
                }
            } == true)
        #expect(
            openAI.last
                == .object([
                    .init(name: "role", value: "assistant"), .init(name: "content", value: .null),
                    .init(name: "refusal", value: "no"),
                ]))
        #expect(
            try Self.write(messages).json["messages"]?.array?.last == ["role": "assistant", "content": "no"])
    }

    @Test("templates get one system message at the front, and turns that alternate")
    func turns() throws {
        let messages = [
            ModelMessage(.system, text: "a"), ModelMessage(.developer, text: "b"),
            ModelMessage(.user, text: "c"),
            ModelMessage(.user, [.image(Self.image)]), ModelMessage(.user, [.text("d")], name: "bob"),
        ]
        let image: JSONValue = [
            "type": "image_url", "image_url": ["url": .string(Self.image.url), "detail": "high"],
        ]
        #expect(
            try Self.write(messages).json["messages"]?.array == [
                ["role": "system", "content": "a\n\nb"],
                [
                    "role": "user",
                    "content": [["type": "text", "text": "c"], ["type": "text", "text": "\n\n"], image],
                ],
                ["role": "user", "name": "bob", "content": "d"],
            ])
        #expect(
            try Self.write(messages, .openAI).json["messages"]?.array == [
                ["role": "system", "content": "a"], ["role": "developer", "content": "b"],
                ["role": "user", "content": "c"], ["role": "user", "content": [image]],
                ["role": "user", "name": "bob", "content": "d"],
            ])
    }

    @Test("images of results follow all results in a user's message")
    func resultImages() throws {
        func result(_ id: String, _ parts: [MessagePart]) -> ModelMessage {
            ModelMessage(.tool, [.toolResult(ModelToolResult(callID: id, parts: parts))])
        }
        let written = try Self.write(
            [
                ModelMessage(.assistant, [Self.call]), result("c", [.image(Self.image)]),
                result("d", [.text("t"), .image(ImagePart(url: "https://x/y"))]), result("e", []),
                ModelMessage(.assistant, text: "z"),
            ], .openAI)
        #expect(
            written.json["messages"]?.array?.dropFirst() == [
                ["role": "tool", "tool_call_id": "c", "content": "The images that follow."],
                ["role": "tool", "tool_call_id": "d", "content": "t"],
                ["role": "tool", "tool_call_id": "e", "content": ""],
                [
                    "role": "user",
                    "content": [
                        ["type": "text", "text": "Images in the result of c:"],
                        [
                            "type": "image_url",
                            "image_url": ["url": .string(Self.image.url), "detail": "high"],
                        ],
                        ["type": "text", "text": "Images in the result of d:"],
                        ["type": "image_url", "image_url": ["url": "https://x/y"]],
                    ],
                ], ["role": "assistant", "content": "z"],
            ])
        #expect(written.degradations == ["tool-images-as-message"])
    }

    @Test(
        "tool choices",
        arguments: [
            (.automatic, "auto"), (.never, "none"), (.required, "required"),
            (.tool(name: "f"), ["type": "function", "function": ["name": "f"]]),
            (
                .allowed(names: ["f"], isRequired: true),
                [
                    "type": "allowed_tools",
                    "allowed_tools": [
                        "mode": "required", "tools": [["type": "function", "function": ["name": "f"]]],
                    ],
                ]
            ),
        ] as [(ToolChoice, JSONValue)])
    func toolChoice(choice: ToolChoice, json: JSONValue) throws {
        let other = ModelTool(name: "g", kind: .function(parameters: [:], isStrict: nil))
        let written = try Self.write([ModelMessage(.user, text: "a")], .openAI) {
            $0.tools = [Self.tool, other]
            $0.toolChoice = choice
        }
        #expect(written.json["tool_choice"] == json)
        guard case .allowed = choice else { return }
        let vllm = try Self.write([ModelMessage(.user, text: "a")]) {
            $0.tools = [Self.tool, other]
            $0.toolChoice = choice
        }
        #expect(vllm.json["tool_choice"] == "required")
        #expect(vllm.json["tools"]?.array?.count == 1)
    }

    @Test("without tools nothing is said of them, unless a call is asked for")
    func noTools() throws {
        for choice in [ToolChoice.automatic, .never] {
            let written = try Self.write([ModelMessage(.user, text: "a")]) {
                $0.toolChoice = choice
                $0.parallelToolCalls = true
            }
            #expect(written.json["tool_choice"] == nil && written.json["parallel_tool_calls"] == nil)
        }
        for choice in [ToolChoice.required, .tool(name: "f"), .allowed(names: ["f"], isRequired: true)] {
            #expect(throws: APIError.self) {
                try Self.write([ModelMessage(.user, text: "a")]) { $0.toolChoice = choice }
            }
        }
    }

    @Test("thinking in tokens becomes an effort, and is named")
    func thinking() throws {
        func effort(_ budget: Int) throws -> JSONValue? {
            let written = try Self.write([ModelMessage(.user, text: "a")], .openAI) {
                $0.reasoning = ReasoningOptions(budget: budget, isEnabled: true)
            }
            #expect(written.degradations == ["thinking-budget-as-effort"])
            return written.json["reasoning_effort"]
        }
        #expect(try effort(1024) == "low")
        #expect(try effort(10_000) == "medium")
        #expect(try effort(32_000) == "high")
        let off = ReasoningOptions(isEnabled: false)
        #expect(
            try Self.write([ModelMessage(.user, text: "a")], .openAI) { $0.reasoning = off }.degradations
                == ["thinking-not-disabled"])
        let vllm = try Self.write([ModelMessage(.user, text: "a")]) { $0.reasoning = off }
        #expect(vllm.json["chat_template_kwargs"] == ["enable_thinking": false] && vllm.degradations == [])
    }

    @Test("a bare prompt becomes a message, and is named; ids cannot")
    func prompt() throws {
        let request = ModelRequest(input: .text("a"))
        let body = try ChatRequestWriter(.openAI).body(of: request, model: "m")
        #expect(body.degradations == ["prompt-as-message"])
        #expect(try JSONValue(parsing: body.json)["messages"] == [["role": "user", "content": "a"]])
        #expect(throws: APIError.unsupportedUpstream("prompt")) {
            try ChatRequestWriter(.openAI).body(of: ModelRequest(input: .ids([1])), model: "m")
        }
    }

    @Test("what no chat server takes is refused")
    func refused() {
        let hosted = ModelTool(name: "web_search", kind: .hosted(["type": "web_search"]))
        #expect(throws: APIError.self) {
            try Self.write([ModelMessage(.user, text: "a")]) { $0.tools = [hosted] }
        }
        for message in [
            ModelMessage(.user, [.file(FilePart(url: "https://x/y.pdf"))]), ModelMessage(.user, [Self.call]),
            ModelMessage(.assistant, [.image(Self.image)]), ModelMessage(.tool, text: "a"),
            ModelMessage(.tool, [.toolResult(ModelToolResult(callID: "c", parts: [Self.call]))]),
        ] {
            #expect(throws: APIError.self) { try Self.write([message]) }
        }
    }

    @Test("what a chat front reads, a back of another API's request writes alike")
    func throughTheInternalForm() throws {
        let json =
            #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"u"}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"stream":true,"stream_options":{"include_usage":true},"max_completion_tokens":5,"temperature":0.25,"stop":["a","b"],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],"tool_choice":"auto","parallel_tool_calls":true,"response_format":{"type":"json_object"},"reasoning_effort":"high","logprobs":true,"top_logprobs":3}"#
        var request = try ChatRequestReaderTests.read(json)
        request.original = nil
        #expect(
            String(decoding: try ChatRequestWriter(.openAI).body(of: request, model: "m").json, as: UTF8.self)
                == json)
    }
}
