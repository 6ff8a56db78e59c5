import CodecMaps
import HTTPTypes
import Testing

@testable import CodecAPI

@Suite struct ResponsesRequestReaderTests {
    private func read(_ body: String) throws -> ModelRequest {
        try ResponsesSample.request(body).modelRequest().request
    }

    private func messages(_ input: String) throws -> [ModelMessage] {
        guard case .messages(let messages) = try read(#"{"input":\#(input)}"#).input else { return [] }
        return messages
    }

    @Test func inputThatIsText() throws {
        #expect(try messages(#""Hi""#) == [ModelMessage(.user, text: "Hi")])
        #expect(try messages(#"[{"role":"user","content":"Hi"}]"#) == [ModelMessage(.user, text: "Hi")])
        let request = try read(#"{"input":"Hi","instructions":"Be brief."}"#)
        #expect(
            request.input
                == .messages([ModelMessage(.developer, text: "Be brief."), ModelMessage(.user, text: "Hi")]))
        #expect(!request.isStreamed && request.model == nil)
    }

    /// One turn of a coding agent, with everything that such agents send.
    @Test func aTurnWithCalls() throws {
        let found = try messages(
            #"""
            [{"type":"message","role":"developer","content":[{"type":"input_text","text":"D"}]},
             {"type":"message","role":"user","content":[{"type":"input_text","text":"U"},
               {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"high"}]},
             {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"content":null},
             {"type":"message","role":"assistant","id":"msg_1","content":[{"type":"output_text","text":"A","annotations":[],"logprobs":[]}]},
             {"type":"function_call","name":"look","arguments":"{}","call_id":"c1"},
             {"type":"function_call","name":"log","namespace":"mcp__git","arguments":"{\"n\":1}","call_id":"c2"},
             {"type":"custom_tool_call","name":"apply_patch","input":"*** \"x\"","call_id":"c3"},
             {"type":"function_call_output","call_id":"c1","output":"one"},
             {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"two"},
               {"type":"input_image","image_url":"https://a.example/b.png"}]},
             {"type":"custom_tool_call_output","call_id":"c3","output":{"exit":0},"name":"apply_patch"},
             {"type":"message","role":"user","content":"more"}]
            """#)
        #expect(
            found == [
                ModelMessage(.developer, text: "D"),
                ModelMessage(
                    .user,
                    [.text("U"), .image(ImagePart(url: "data:image/png;base64,AA==", detail: "high"))]),
                ModelMessage(
                    .assistant,
                    [
                        .reasoning(ReasoningPart(text: "s")), .text("A"),
                        .toolCall(ModelToolCall(id: "c1", name: "look", arguments: "{}")),
                        .toolCall(ModelToolCall(id: "c2", name: "mcp__git__log", arguments: #"{"n":1}"#)),
                        .toolCall(
                            ModelToolCall(id: "c3", name: "apply_patch", arguments: #"{"input":"*** \"x\""}"#)
                        ),
                    ]),
                ModelMessage(
                    .tool,
                    [
                        .toolResult(ModelToolResult(callID: "c1", parts: [.text("one")])),
                        .toolResult(
                            ModelToolResult(
                                callID: "c2",
                                parts: [.text("two"), .image(ImagePart(url: "https://a.example/b.png"))])),
                        .toolResult(ModelToolResult(callID: "c3", parts: [.text(#"{"exit":0}"#)])),
                    ]),
                ModelMessage(.user, text: "more"),
            ])
    }

    @Test func textsOfTheirOwnStayApartUnlessTheyHaveCalls() throws {
        let two = #"{"role":"assistant","content":"a"},{"role":"assistant","content":"b"}"#
        #expect(
            try messages("[\(two)]") == [
                ModelMessage(.assistant, text: "a"), ModelMessage(.assistant, text: "b"),
            ])
        let call = #"{"type":"function_call","name":"f","arguments":"","call_id":"c"}"#
        let found = try messages(#"[\#(call),{"role":"assistant","content":"b"}]"#)
        #expect(found.count == 1 && found[0].parts.count == 2)
        #expect(found[0].parts[0] == .toolCall(ModelToolCall(id: "c", name: "f", arguments: "{}")))
    }

    @Test func thoughtsThatLedToNothingAreLeftOut() throws {
        let found = try messages(
            #"[{"type":"reasoning","summary":[{"type":"summary_text","text":"s"}]},{"role":"user","content":"u"}]"#
        )
        #expect(found == [ModelMessage(.user, text: "u")])
    }

    @Test func filesAndOtherServersThoughts() throws {
        let request = try read(
            #"""
            {"input":[{"type":"reasoning","summary":[],"encrypted_content":"gAAAA"},
             {"type":"web_search_call","id":"ws_1","status":"completed"},
             {"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"AAAA"},
              {"type":"input_file","file_url":"https://a.example/a.pdf"}]}]}
            """#)
        #expect(
            request.input
                == .messages([
                    ModelMessage(
                        .user,
                        [
                            .file(FilePart(name: "a.pdf", url: "data:application/pdf;base64,AAAA")),
                            .file(FilePart(url: "https://a.example/a.pdf")),
                        ])
                ]))
        #expect(request.hints == ["input.reasoning", "input.web_search_call"])
    }

    @Test func toolsAreFunctions() throws {
        let request = try read(
            #"""
            {"input":[{"type":"additional_tools","role":"developer","tools":[{"type":"namespace","name":"functions",
               "tools":[{"type":"custom","name":"exec"}]}]},{"role":"user","content":"x"}],
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false},
               {"type":"function","name":"bare"},
               {"type":"custom","name":"apply_patch","description":"p","format":{"type":"grammar","syntax":"lark","definition":"start: A"}},
               {"type":"namespace","name":"mcp__s","tools":[{"type":"function","name":"f"}]},
               {"type":"web_search","external_web_access":false}],
             "parallel_tool_calls":true,"tool_choice":{"type":"custom","name":"apply_patch"}}
            """#)
        #expect(request.tools.map(\.name) == ["f", "bare", "apply_patch", "mcp__s__f", "functions__exec"])
        #expect(request.tools[0].kind == .function(parameters: ["type": "object"], isStrict: false))
        let description = try #require(request.tools[2].description)
        #expect(description.contains("p") && description.contains("start: A") && description.contains("lark"))
        #expect(request.hints == ["tools.web_search"])
        #expect(request.toolChoice == .tool(name: "apply_patch"))
        #expect(request.parallelToolCalls == true)
    }

    static let choices: [(json: String, choice: ToolChoice?)] = [
        (#""auto""#, .automatic), (#""none""#, .never), (#""required""#, .required), ("null", nil),
        (#"{"type":"function","name":"look"}"#, .tool(name: "look")),
        (#"{"type":"function","name":"log"}"#, .tool(name: "mcp__git__log")),
        (#"{"type":"function","name":"log","namespace":"mcp__git"}"#, .tool(name: "mcp__git__log")),
        (#"{"type":"custom","name":"apply_patch"}"#, .tool(name: "apply_patch")),
        (
            #"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"look"},{"type":"web_search"}]}"#,
            .allowed(names: ["look"], isRequired: true)
        ),
    ]

    @Test(arguments: choices) func toolChoice(_ row: (json: String, choice: ToolChoice?)) throws {
        let body = ResponsesSample.body.replacing(#""model""#, with: #""tool_choice":\#(row.json),"model""#)
        #expect(try read(body).toolChoice == row.choice)
    }

    @Test func withoutToolsThereIsNothingToChoose() throws {
        let request = try read(#"{"input":"x","tool_choice":"auto","parallel_tool_calls":true}"#)
        #expect(request.toolChoice == nil && request.parallelToolCalls == nil)
    }

    @Test func options() throws {
        let request = try read(
            #"""
            {"model":"m","input":"x","stream":true,"max_output_tokens":16,"temperature":0.5,"top_p":0.9,"top_logprobs":2,
             "include":["message.output_text.logprobs"],"reasoning":{"effort":"high"},"truncation":"auto",
             "text":{"verbosity":"low","format":{"type":"json_schema","name":"n","strict":true,"schema":{"type":"object"}}}}
            """#)
        #expect(request.model == "m" && request.isStreamed && request.maxTokens == 16)
        #expect(
            request.sampling.temperature == 0.5 && request.sampling.topP == 0.9 && request.topLogprobs == 2)
        #expect(request.reasoning == ReasoningOptions(effort: "high"))
        #expect(request.textFormat == .jsonSchema(name: "n", schema: ["type": "object"], isStrict: true))
        #expect(request.hints == ["text.verbosity", "truncation"])
    }

    /// What is refused, with the field that the refusal names.
    static let refused: [(body: String, field: String?)] = [
        ("[]", nil), ("{", nil), ("{}", "input"), (#"{"input":5}"#, "input"), (#"{"input":[1]}"#, "input[0]"),
        (#"{"input":[{"role":"robot","content":""}]}"#, "input[0].role"),
        (#"{"input":[{"content":"x"}]}"#, "input[0].role"),
        (#"{"input":[{"type":"unheard","a":1}]}"#, "input[0].type"),
        (#"{"input":[{"role":"user","content":[{"type":"input_video"}]}]}"#, "input[0].content[0].type"),
        (#"{"input":[{"role":"user","content":[{"type":"input_image"}]}]}"#, "input[0].content[0].image_url"),
        (
            #"{"input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]}"#,
            "input[0].content[0].file_id"
        ),
        (#"{"input":[{"type":"function_call","call_id":"c"}]}"#, "input[0].name"),
        (#"{"input":[{"type":"function_call","name":"f"}]}"#, "input[0].call_id"),
        (#"{"input":[{"type":"function_call_output","call_id":"c","output":""}]}"#, "input[0].call_id"),
        (#"{"input":[{"type":"item_reference","id":"msg_x"}]}"#, "input[0].id"),
        (#"{"input":"x","tools":[{"type":"file_search"}]}"#, "tools[0].type"),
        (#"{"input":"x","tools":[{"type":"function"}]}"#, "tools[0].name"),
        (#"{"input":"x","tools":[{"type":"function","name":"f","parameters":[]}]}"#, "tools[0].parameters"),
        (
            #"{"input":"x","tools":[{"type":"namespace","name":"n","tools":[{"type":"namespace","name":"m"}]}]}"#,
            "tools[0].tools[0].type"
        ),
        (#"{"input":"x","tool_choice":"required"}"#, "tool_choice"),
        (#"{"input":"x","tool_choice":{"type":"function","name":"f"}}"#, "tool_choice"),
        (#"{"input":"x","tool_choice":{"type":"web_search"}}"#, "tool_choice"),
        (#"{"input":"x","conversation":"conv_1"}"#, "conversation"),
        (#"{"input":"x","prompt":{"id":"p"}}"#, "prompt"),
        (#"{"input":"x","background":true,"store":false}"#, "background"),
        (#"{"input":"x","max_output_tokens":0}"#, "max_output_tokens"),
        (#"{"input":"x","temperature":3}"#, "temperature"),
        (#"{"input":"x","truncation":"some"}"#, "truncation"),
        (#"{"input":"x","text":{"format":{"type":"xml"}}}"#, "text.format.type"),
        (#"{"input":"x","text":{"format":{"type":"json_schema"}}}"#, "text.format.schema"),
        (#"{"input":"x","metadata":[]}"#, "metadata"), (#"{"input":"x","stream":"yes"}"#, "stream"),
    ]

    @Test(arguments: refused) func refusals(_ row: (body: String, field: String?)) throws {
        let error = try #require(throws: APIError.self) { _ = try read(row.body) }
        #expect(error.status == .badRequest)
        #expect(error.param == row.field)
    }

    @Test func whatWasSaidBeforeComesFirst() throws {
        let request = try ResponsesSample.request(
            #"{"input":[{"type":"item_reference","id":"msg_a"},{"role":"user","content":"now"}],"previous_response_id":"resp_1"}"#
        )
        #expect(request.references == ["msg_a"] && request.previousResponseID == "resp_1")
        let made = try request.modelRequest(
            history: [["role": "user", "content": "before"]],
            referenced: ["msg_a": ["type": "message", "role": "assistant", "content": "then"]]
        ).request
        #expect(
            made.input
                == .messages([
                    ModelMessage(.user, text: "before"), ModelMessage(.assistant, text: "then"),
                    ModelMessage(.user, text: "now"),
                ]))
    }

    @Test func answersRepeatTheRequest() throws {
        let (stream, _) = try ResponsesSample.write(
            [ModelChunk([.finish(.stop)])],
            body:
                #"{"input":"x","store":false,"metadata":{"a":"b"},"temperature":0.25,"tools":[{"type":"function","name":"f"}]}"#
        )
        let response = try stream.response("completed")
        #expect(response["store"]?.bool == false && response["metadata", "a"]?.string == "b")
        #expect(response["temperature"] == .number("0.25") && response["tools", 0, "name"]?.string == "f")
        #expect(response["tool_choice"]?.string == "auto" && response["parallel_tool_calls"]?.bool == true)
    }

    @Test func itemsOfOursSayWhoseTheyAre() {
        let id = "resp_" + String(repeating: "0a", count: 16)
        let items = ResponsesHead.inputItems(
            [["role": "user", "content": "x"], ["type": "reasoning", "id": "rs_1"]], of: id)
        #expect(items[0]["type"]?.string == "message" && items[1]["id"]?.string == "rs_1")
        #expect(items[0]["id"]?.string.flatMap(ResponsesHead.response(ofItem:)) == id)
        #expect(ResponsesHead.response(ofItem: "msg_1") == nil)
    }
}
