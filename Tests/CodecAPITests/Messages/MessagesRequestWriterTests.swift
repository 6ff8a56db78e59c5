import CodecAPI
import CodecMaps
import HTTPTypes
import Testing

@Suite struct MessagesRequestWriterTests {
    private func body(_ request: ModelRequest) throws -> (JSONValue, [String]) {
        let body = try MessagesRequestWriter().body(of: request, model: "up")
        return (try JSONValue(parsing: body.json), body.degradations)
    }

    private func conversation(_ messages: [ModelMessage]) throws -> (JSONValue, [String]) {
        try body(ModelRequest(input: .messages(messages)))
    }

    private static let ask = ModelInput.messages([ModelMessage(.user, text: "Q")])

    @Test func theSameAPIGoesOnAsItCame() throws {
        let text =
            #"{"model":"mine","max_tokens":5,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"Q","cache_control":{"type":"ephemeral"}},{"type":"x_new"}]}],"x":1.50,"model":"again"}"#
        var request = try MessagesRequestReader.read(Wire.bytes(text))
        let expected =
            #"{"model":"up","max_tokens":5,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"Q","cache_control":{"type":"ephemeral"}},{"type":"x_new"}]}],"x":1.50}"#
        let written = try MessagesRequestWriter().body(of: request, model: "up")
        #expect(String(decoding: written.json, as: UTF8.self) == expected && written.degradations.isEmpty)
        request.isStreamed = false
        #expect(try body(request).0["stream"] == nil)
        let count = try JSONValue(parsing: MessagesRequestWriter().countBody(of: request, model: "up").json)
        #expect(count["max_tokens"] == nil && count["stream"] == nil && count["messages"] != nil)
    }

    @Test func aRequestOfAnotherAPI() throws {
        var request = ModelRequest(
            input: .messages([
                ModelMessage(.system, text: "S"), ModelMessage(.developer, text: "D"),
                ModelMessage(.user, text: "Q"),
            ]))
        request.sampling.temperature = 1.5
        request.sampling.topP = 0.5
        request.sampling.seed = 3
        request.stop = ["x"]
        request.parallelToolCalls = false
        request.tools = [
            ModelTool(name: "f", description: "d", kind: .function(parameters: .object([]), isStrict: false))
        ]
        request.textFormat = .jsonSchema(name: "n", schema: ["type": "object"], isStrict: true)
        let (value, degradations) = try body(request)
        #expect(
            value
                == (try Wire.json(
                    #"{"model":"up","max_tokens":4096,"system":[{"type":"text","text":"S"},{"type":"text","text":"D"}],"messages":[{"role":"user","content":[{"type":"text","text":"Q"}]}],"tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"temperature":1,"top_p":0.5,"stop_sequences":["x"],"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"stream":true}"#
                )))
        #expect(degradations == ["temperature-clamped", "seed-dropped"])
    }

    /// Turns alternate, the results of a turn stand together and first, and blank texts are left out.
    @Test func turns() throws {
        let (value, degradations) = try conversation([
            ModelMessage(.system, text: "S"), ModelMessage(.user, text: "a"),
            ModelMessage(.user, text: " \n"),
            ModelMessage(
                .user, [.text("b"), .image(ImagePart(url: "data:image/png;base64,AA==", detail: "low"))]),
            ModelMessage(.assistant, [.reasoning(ReasoningPart(text: "t")), .text("")]),
            ModelMessage(
                .assistant,
                [
                    .toolCall(ModelToolCall(id: "call:1", name: "f", arguments: "")),
                    .toolCall(ModelToolCall(id: "2", name: "g", arguments: #"{"x":1.0}"#)),
                    .toolCall(ModelToolCall(id: "3", name: "h", arguments: "{broken")),
                ]), ModelMessage(.developer, text: "mind"),
            ModelMessage(.tool, [.toolResult(ModelToolResult(callID: "call:1", parts: [.text("1")]))]),
            ModelMessage(.tool, [.toolResult(ModelToolResult(callID: "2", parts: [], isError: true))]),
            ModelMessage(.user, [.text("c")], name: "Ann"),
        ])
        #expect(value["system"] == "S")
        #expect(
            value["messages"]
                == (try Wire.json(
                    #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},{"role":"assistant","content":[{"type":"tool_use","id":"call-3a1","name":"f","input":{}},{"type":"tool_use","id":"2","name":"g","input":{"x":1.0}},{"type":"tool_use","id":"3","name":"h","input":{"invalid_arguments":"{broken"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call-3a1","content":[{"type":"text","text":"1"}]},{"type":"tool_result","tool_use_id":"2","is_error":true},{"type":"text","text":"mind"},{"type":"text","text":"c"}]}]"#
                )))
        #expect(
            degradations == [
                "system-as-user", "name-dropped", "image-detail-dropped", "reasoning-dropped",
                "arguments-wrapped",
            ])
    }

    @Test func promptsAndLoneInstructions() throws {
        let user = try Wire.json(#"[{"role":"user","content":[{"type":"text","text":"P"}]}]"#)
        let (prompt, promptDegradations) = try body(ModelRequest(input: .text("P")))
        #expect(prompt["messages"] == user && promptDegradations == ["prompt-as-message"])
        let (lone, loneDegradations) = try conversation([ModelMessage(.system, text: "P")])
        #expect(lone["messages"] == user && lone["system"] == nil && loneDegradations == ["system-as-user"])
    }

    @Test func files() throws {
        let (value, _) = try conversation([
            ModelMessage(
                .user,
                [
                    .file(FilePart(name: "n", url: "data:application/pdf;base64,AA==")),
                    .file(FilePart(url: "data:text/csv;charset=utf-8;base64,w7w=")),
                    .file(FilePart(url: "HTTPS://x/y.pdf")),
                ])
        ])
        #expect(
            value["messages"]?.array?.first?["content"]
                == (try Wire.json(
                    #"[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AA=="},"title":"n"},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"ü"}},{"type":"document","source":{"type":"url","url":"HTTPS://x/y.pdf"}}]"#
                )))
    }

    @Test(
        arguments: [
            (ReasoningOptions(effort: "low"), nil, #"{"type":"enabled","budget_tokens":2048}"#, 6144),
            (ReasoningOptions(effort: "high"), 10_000, #"{"type":"enabled","budget_tokens":5000}"#, 10_000),
            (ReasoningOptions(effort: "high"), 2000, nil, 2000),
            (
                ReasoningOptions(budget: 5, isEnabled: true), nil,
                #"{"type":"enabled","budget_tokens":1024}"#, 5120
            ),
            (ReasoningOptions(isEnabled: false), 7, #"{"type":"disabled"}"#, 7),
            (ReasoningOptions(effort: "none"), 7, #"{"type":"disabled"}"#, 7),
            (ReasoningOptions(), 7, nil, 7),
        ] as [(ReasoningOptions, Int?, String?, Int)])
    func thinking(options: ReasoningOptions, limit: Int?, config: String?, maxTokens: Int) throws {
        var request = ModelRequest(input: Self.ask)
        request.reasoning = options
        request.maxTokens = limit
        request.sampling.temperature = 0.5
        let (value, degradations) = try body(request)
        #expect(
            value["thinking"] == (try config.map(Wire.json)) && value["max_tokens"] == .integer(maxTokens))
        let isOn = config?.contains("enabled") ?? false
        #expect((value["temperature"] == nil) == isOn)
        #expect(degradations == (isOn ? ["sampling-dropped"] : limit == 2000 ? ["thinking-off"] : []))
    }

    /// This API refuses thinking with a tool that has to be called, and amid a turn that began without a thought.
    @Test func whatExcludesThinking() throws {
        var request = ModelRequest(input: Self.ask)
        request.reasoning = ReasoningOptions(effort: "low")
        request.tools = [ModelTool(name: "f", kind: .function(parameters: .object([]), isStrict: nil))]
        request.toolChoice = .required
        #expect(try body(request).1 == ["thinking-off"])
        request.toolChoice = nil
        for signature in ["s", nil] {
            request.input = .messages([
                ModelMessage(.user, text: "Q"),
                ModelMessage(
                    .assistant,
                    [
                        .reasoning(ReasoningPart(text: "t", signature: signature)),
                        .toolCall(ModelToolCall(id: "1", name: "f", arguments: "{}")),
                    ]), ModelMessage(.tool, [.toolResult(ModelToolResult(callID: "1", parts: [.text("r")]))]),
            ])
            let (value, degradations) = try body(request)
            #expect((value["thinking"] != nil) == (signature != nil))
            #expect(degradations == (signature == nil ? ["reasoning-dropped", "thinking-off"] : []))
        }
    }

    @Test(arguments: [
        (ToolChoice.automatic, #"{"type":"auto"}"#, 2), (.never, #"{"type":"none"}"#, 2),
        (.required, #"{"type":"any"}"#, 2),
        (.tool(name: "g"), #"{"type":"tool","name":"g"}"#, 2),
        (.allowed(names: ["g"], isRequired: true), #"{"type":"any"}"#, 1),
        (.allowed(names: ["g"], isRequired: false), #"{"type":"auto"}"#, 1),
    ]) func toolChoices(choice: ToolChoice, expected: String, count: Int) throws {
        var request = ModelRequest(input: Self.ask)
        request.tools = ["f", "g"].map {
            ModelTool(name: $0, kind: .function(parameters: ["type": "object"], isStrict: nil))
        }
        request.toolChoice = choice
        let (value, _) = try body(request)
        #expect(value["tool_choice"] == (try Wire.json(expected)) && value["tools"]?.array?.count == count)
    }

    @Test func whatHasNoPlace() {
        func field(_ change: (inout ModelRequest) -> Void) -> String? {
            var request = ModelRequest(input: Self.ask)
            change(&request)
            do throws(APIError) {
                _ = try MessagesRequestWriter().body(of: request, model: "up")
                return nil
            } catch { return error.status == .badRequest ? error.param : nil }
        }
        #expect(field { $0.input = .ids([1]) } == "prompt")
        #expect(field { $0.input = .messages([ModelMessage(.user, text: " ")]) } == "messages")
        #expect(field { $0.topLogprobs = 0 } == "logprobs")
        #expect(field { $0.sampling.presencePenalty = 1 } == "presence_penalty")
        #expect(field { $0.sampling.presencePenalty = 0 } == nil)
        #expect(field { $0.textFormat = .jsonObject } == "response_format")
        #expect(field { $0.nativeFields = ["input[0].type"] } == "input[0].type")
        #expect(
            field { $0.tools = [ModelTool(name: "web_search", kind: .hosted(["type": "web_search"]))] }
                == "tools")
        #expect(field { $0.toolChoice = .required } == "tool_choice")
        #expect(field { $0.toolChoice = .tool(name: "f") } == "tool_choice")
        #expect(field { $0.reasoning = ReasoningOptions(effort: "lots") } == "reasoning")
        for url in ["file:///x", "data:image/png,AA", ""] {
            let input = ModelInput.messages([ModelMessage(.user, [.image(ImagePart(url: url))])])
            #expect(field { $0.input = input } == "messages[0]", "\(url)")
        }
    }

    /// What this API wrote, it reads as it was.
    @Test func writtenAndReadAgain() throws {
        var request = ModelRequest(
            model: "up",
            input: .messages([
                ModelMessage(.system, text: "S"), ModelMessage(.user, text: "Q"),
                ModelMessage(
                    .assistant,
                    [
                        .reasoning(ReasoningPart(text: "t", signature: "s")),
                        .reasoning(ReasoningPart(text: "", redacted: "r")), .text("A"),
                        .toolCall(ModelToolCall(id: "1", name: "f", arguments: #"{"x":[1.50,null,"ü"]}"#)),
                    ]),
                ModelMessage(
                    .tool,
                    [
                        .toolResult(
                            ModelToolResult(
                                callID: "1", parts: [.text("r"), .image(ImagePart(url: "https://x/y"))],
                                isError: true))
                    ]),
                ModelMessage(.user, [.text("B"), .file(FilePart(name: "n", url: "https://x/y.pdf"))]),
            ]))
        request.maxTokens = 9000
        request.stop = ["x"]
        request.tools = [
            ModelTool(
                name: "f", description: "d", kind: .function(parameters: ["type": "object"], isStrict: true))
        ]
        request.toolChoice = .automatic
        request.parallelToolCalls = false
        request.textFormat = .jsonSchema(name: nil, schema: ["type": "object"], isStrict: true)
        request.reasoning = ReasoningOptions(budget: 3000, isEnabled: true)
        let written = try MessagesRequestWriter().body(of: request, model: "up")
        #expect(written.degradations.isEmpty)
        var read = try MessagesRequestReader.read(written.json)
        read.original = nil
        #expect(read == request)
    }
}
