import CodecAPI
import CodecMaps
import Testing

@Suite("Reading chat requests")
struct ChatRequestReaderTests {
    static func read(_ json: String) throws -> ModelRequest {
        try ChatRequestReader.read(try JSONObject.document(of: Array(json.utf8)))
    }

    static let hi = #""messages":[{"role":"user","content":"hi"}]"#
    static let tool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#

    @Test("every field has its place, and the body stays as it came")
    func fields() throws {
        let json = #"""
            {"model":"m","messages":[{"role":"user","content":"hi","name":"bob"}],"max_tokens":9,"max_completion_tokens":3,
             "temperature":0.5,"top_p":0.25,"top_k":-1,"min_p":0.125,"frequency_penalty":1,"presence_penalty":0,
             "repetition_penalty":1.5,"seed":42,"stop":"x","stream":true,"stream_options":{"include_usage":true},
             "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},
             {"type":"function","function":{"name":"g"}}],"tool_choice":{"type":"function","function":{"name":"g"}},
             "parallel_tool_calls":false,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"a":1},
             "strict":false}},"reasoning_effort":"low","logprobs":true,"top_logprobs":2,"n":1,"logit_bias":{},
             "modalities":["text"],"metadata":{"a":"b"},"user":"u","store":false,"verbosity":null,"bad\r\nname":1}
            """#
        let request = try Self.read(json)
        var expected = ModelRequest(
            model: "m", input: .messages([ModelMessage(.user, [.text("hi")], name: "bob")]))
        expected.maxTokens = 3
        expected.sampling.temperature = 0.5
        expected.sampling.topP = 0.25
        expected.sampling.topK = -1
        expected.sampling.minP = 0.125
        expected.sampling.frequencyPenalty = 1
        expected.sampling.repetitionPenalty = 1.5
        expected.sampling.seed = 42
        expected.stop = ["x"]
        expected.tools = [
            ModelTool(
                name: "f", description: "d", kind: .function(parameters: ["type": "object"], isStrict: true)),
            ModelTool(name: "g", kind: .function(parameters: [:], isStrict: nil)),
        ]
        expected.toolChoice = .tool(name: "g")
        expected.parallelToolCalls = false
        expected.textFormat = .jsonSchema(name: "n", schema: ["a": 1], isStrict: false)
        expected.reasoning = ReasoningOptions(effort: "low")
        expected.topLogprobs = 2
        expected.original = OriginalRequest(.chat, try JSONValue(parsing: Array(json.utf8)))
        expected.hints = ["metadata", "user"]
        #expect(request == expected)
    }

    @Test("messages of every role, in order")
    func messages() throws {
        let request = try Self.read(
            #"""
            {"messages":[{"role":"system","content":"s"},{"role":"developer","content":[{"type":"text","text":"d"}]},
             {"role":"user","content":[{"type":"text","text":"see"},
              {"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA=="}}]},
             {"role":"assistant","content":"t","reasoning_content":"r","tool_calls":[
              {"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
             {"role":"tool","tool_call_id":"c","content":"out"},
             {"role":"assistant","content":[{"type":"refusal","refusal":"no"}]},
             {"role":"assistant","content":null,"refusal":"never"}]}
            """#)
        #expect(
            request.input
                == .messages([
                    ModelMessage(.system, text: "s"), ModelMessage(.developer, text: "d"),
                    ModelMessage(
                        .user,
                        [
                            .text("see"), .image(ImagePart(url: "data:image/png;base64,AA==", detail: "low")),
                            .file(FilePart(name: "a.pdf", url: "data:application/pdf;base64,AA==")),
                        ]),
                    ModelMessage(
                        .assistant,
                        [
                            .reasoning(ReasoningPart(text: "r")), .text("t"),
                            .toolCall(ModelToolCall(id: "c", name: "f", arguments: #"{"a":1}"#)),
                        ]),
                    ModelMessage(.tool, [.toolResult(ModelToolResult(callID: "c", parts: [.text("out")]))]),
                    ModelMessage(.assistant, [.refusal("no")]), ModelMessage(.assistant, [.refusal("never")]),
                ]))
        #expect(request.nativeFields.isEmpty && request.hints.isEmpty)
        #expect(!request.isStreamed)
    }

    @Test(
        "what only this API can say is known by its name",
        arguments: [
            (hi + #","logit_bias":{"5":1}"#, "logit_bias"),
            (hi + #","prediction":{"type":"content"}"#, "prediction"),
            (hi + #","modalities":["text","audio"]"#, "modalities"),
            (hi + #","functions":[{}]"#, "functions"),
            (hi + #","best_of":2"#, "best_of"), (hi + #","ignore_eos":true"#, "ignore_eos"),
            (
                #""messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]"#,
                "messages[0].content[0].input_audio"
            ),
            (
                #""messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]"#,
                "messages[0].content[0].file"
            ),
            (
                #""messages":[{"role":"assistant","function_call":{"name":"f","arguments":""}}]"#,
                "messages[0].function_call"
            ),
            (#""messages":[{"role":"assistant","audio":{"id":"a"}}]"#, "messages[0].audio"),
        ])
    func native(json: String, field: String) throws {
        let request = try Self.read("{\(json)}")
        #expect(request.nativeFields == [field])
        // A server of this API gets all of it; one of another none.
        #expect(throws: Never.self) { try ChatRequestWriter(.vllm).body(of: request, model: "m") }
        var foreign = request
        foreign.original?.dialect = .responses
        do throws(APIError) {
            _ = try ChatRequestWriter(.vllm).body(of: foreign, model: "m")
            Issue.record("accepted")
        } catch {
            #expect(error.type == "invalid_request_error" && error.param == field)
        }
    }

    @Test(
        "tool choices",
        arguments: [
            (#""auto""#, .automatic), (#""none""#, .never), (#""required""#, .required), ("null", nil),
            (#"{"type":"function","function":{"name":"f"}}"#, .tool(name: "f")),
            (
                #"{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}"#,
                .allowed(names: ["f"], isRequired: true)
            ),
        ] as [(String, ToolChoice?)])
    func toolChoice(json: String, choice: ToolChoice?) throws {
        #expect(
            try Self.read(#"{\#(Self.hi),"tools":[\#(Self.tool)],"tool_choice":\#(json)}"#).toolChoice
                == choice)
    }

    @Test("thinking can be refused")
    func noThinking() throws {
        #expect(
            try Self.read(#"{\#(Self.hi),"reasoning_effort":"none"}"#).reasoning
                == ReasoningOptions(effort: "none", isEnabled: false))
    }

    @Test(
        "a wrong field is refused by its name",
        arguments: [
            ("[]", nil), ("{}", "messages"), (#"{"messages":"hi"}"#, "messages"),
            (#"{"messages":[]}"#, "messages"),
            (#"{"messages":[7]}"#, "messages[0]"), (#"{"messages":[{}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"wizard","content":"a"}]}"#, "messages[0].role"),
            (#"{"messages":[{"role":"user"}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"user","content":5}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"user","content":["a"]}]}"#, "messages[0].content[0]"),
            (#"{"messages":[{"role":"user","content":[{}]}]}"#, "messages[0].content[0].type"),
            (#"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages[0].content[0].text"),
            (
                #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
                "messages[0].content[0].image_url.url"
            ),
            (
                #"{"messages":[{"role":"system","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}"#,
                "messages[0].content[0].type"
            ),
            (#"{"messages":[{"role":"tool","content":"a"}]}"#, "messages[0].tool_call_id"),
            (#"{"messages":[{"role":"assistant"}]}"#, "messages[0].content"),
            (#"{"messages":[{"role":"assistant","tool_calls":[{}]}]}"#, "messages[0].tool_calls[0].function"),
            (
                #"{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}]}"#,
                "messages[0].tool_calls[0].id"
            ),
            (
                #"{"messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{}}]}]}"#,
                "messages[0].tool_calls[0].function.name"
            ),
            ("{\(hi),\"n\":2}", "n"), ("{\(hi),\"n\":0}", "n"), ("{\(hi),\"max_tokens\":0}", "max_tokens"),
            ("{\(hi),\"max_completion_tokens\":-1}", "max_completion_tokens"),
            ("{\(hi),\"temperature\":3}", "temperature"),
            ("{\(hi),\"frequency_penalty\":-3}", "frequency_penalty"),
            ("{\(hi),\"stop\":[\"a\",5]}", "stop"), ("{\(hi),\"stop\":[\"\"]}", "stop"),
            ("{\(hi),\"seed\":-1}", "seed"),
            ("{\(hi),\"stream\":1}", "stream"), ("{\(hi),\"model\":1}", "model"),
            ("{\(hi),\"logprobs\":1}", "logprobs"), ("{\(hi),\"top_logprobs\":1}", "top_logprobs"),
            ("{\(hi),\"logprobs\":true,\"top_logprobs\":21}", "top_logprobs"),
            ("{\(hi),\"response_format\":{\"type\":\"xml\"}}", "response_format.type"),
            ("{\(hi),\"response_format\":{\"type\":\"json_schema\"}}", "response_format.json_schema.schema"),
            ("{\(hi),\"tools\":{}}", "tools"), ("{\(hi),\"tools\":[{}]}", "tools[0].type"),
            ("{\(hi),\"tools\":[{\"type\":\"function\"}]}", "tools[0].function"),
            (#"{\#(hi),"tools":[{"type":"function","function":{"name":"a b"}}]}"#, "tools[0].function.name"),
            (
                #"{\#(hi),"tools":[{"type":"function","function":{"name":"a","parameters":[]}}]}"#,
                "tools[0].function.parameters"
            ), ("{\(hi),\"tools\":[\(tool),\(tool)]}", "tools"),
            ("{\(hi),\"tool_choice\":\"required\"}", "tool_choice"),
            ("{\(hi),\"tool_choice\":7}", "tool_choice"),
            (#"{\#(hi),"tool_choice":{"function":{"name":"x"}}}"#, "tool_choice"),
            (
                #"{\#(hi),"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto"}}}"#,
                "tool_choice.allowed_tools.tools"
            ),
            (
                #"{\#(hi),"tools":[\#(tool)],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"x","tools":[\#(tool)]}}}"#,
                "tool_choice.allowed_tools.mode"
            ), ("{\(hi),\"parallel_tool_calls\":1}", "parallel_tool_calls"),
            ("{\(hi),\"reasoning_effort\":1}", "reasoning_effort"),
        ] as [(String, String?)])
    func refusals(json: String, param: String?) throws {
        do throws(APIError) {
            _ = try ChatRequestReader.read(try JSONObject.document(of: Array(json.utf8)))
            Issue.record("accepted")
        } catch {
            #expect(error.type == "invalid_request_error")
            #expect(error.param == param, "\(error.message)")
        }
    }
}
