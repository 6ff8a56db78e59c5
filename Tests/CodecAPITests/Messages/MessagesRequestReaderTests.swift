import CodecAPI
import CodecMaps
import HTTPTypes
import Testing

@Suite struct MessagesRequestReaderTests {
    private func request(_ text: String) throws -> ModelRequest {
        try MessagesRequestReader.read(Wire.bytes(text))
    }

    private func messages(_ text: String) throws -> [ModelMessage] {
        let request = try request(#"{"model":"m","max_tokens":9,"messages":\#(text)}"#)
        guard case .messages(let messages) = request.input else { return [] }
        return messages
    }

    @Test func allFields() throws {
        let request = try request(
            #"{"model":"m","max_tokens":100,"stream":true,"temperature":0.5,"top_p":0.9,"top_k":5,"stop_sequences":["a","b"],"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"Hi"}],"metadata":{"user_id":"u"},"tools":[{"name":"f","description":"D","input_schema":{"type":"object"},"strict":true},{"type":"custom","name":"g","input_schema":{}},{"type":"web_search_20250305","name":"web_search","max_uses":1}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}}}}"#
        )
        #expect(request.model == "m" && request.maxTokens == 100 && request.isStreamed)
        #expect(
            request.input == .messages([ModelMessage(.system, text: "S"), ModelMessage(.user, text: "Hi")]))
        #expect(
            request.sampling.temperature == 0.5 && request.sampling.topP == 0.9 && request.sampling.topK == 5)
        #expect(request.stop == ["a", "b"] && request.hints == ["metadata"] && request.nativeFields.isEmpty)
        let schema = try Wire.json(#"{"type":"object"}"#)
        #expect(
            request.tools == [
                ModelTool(name: "f", description: "D", kind: .function(parameters: schema, isStrict: true)),
                ModelTool(name: "g", kind: .function(parameters: .object([]), isStrict: nil)),
                ModelTool(
                    name: "web_search",
                    kind: .hosted(
                        try Wire.json(#"{"type":"web_search_20250305","name":"web_search","max_uses":1}"#))),
            ])
        #expect(request.toolChoice == .tool(name: "f") && request.parallelToolCalls == false)
        #expect(request.reasoning == ReasoningOptions(effort: "high", budget: 2000, isEnabled: true))
        #expect(request.textFormat == .jsonSchema(name: nil, schema: schema, isStrict: true))
    }

    /// Results of tools become messages of their own, and what the user says stays before and behind them.
    @Test func resultsOfToolsAndTextInTheirOrder() throws {
        let read = try messages(
            #"[{"role":"user","content":"Q"},{"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"S"},{"type":"redacted_thinking","data":"R"},{"type":"text","text":"A"},{"type":"tool_use","id":"1","name":"f","input":{"x":[1]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"ok"},{"type":"tool_result","tool_use_id":"2","is_error":true,"content":[{"type":"text","text":"no"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},{"type":"text","text":"go on"}]},{"role":"user","content":"now"},{"role":"system","content":"mind"}]"#
        )
        #expect(
            read == [
                ModelMessage(.user, text: "Q"),
                ModelMessage(
                    .assistant,
                    [
                        .reasoning(ReasoningPart(text: "T", signature: "S")),
                        .reasoning(ReasoningPart(text: "", redacted: "R")), .text("A"),
                        .toolCall(ModelToolCall(id: "1", name: "f", arguments: #"{"x":[1]}"#)),
                    ]),
                ModelMessage(
                    .tool,
                    [
                        .toolResult(ModelToolResult(callID: "1", parts: [.text("ok")])),
                        .toolResult(
                            ModelToolResult(
                                callID: "2",
                                parts: [.text("no"), .image(ImagePart(url: "data:image/png;base64,AA=="))],
                                isError: true)),
                    ]), ModelMessage(.user, text: "go on"), ModelMessage(.user, text: "now"),
                ModelMessage(.system, text: "mind"),
            ])
    }

    @Test func imagesAndDocuments() throws {
        let read = try messages(
            #"[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x/y.png"}},{"type":"document","title":"T","source":{"type":"base64","media_type":"application/pdf","data":"AA=="}},{"type":"document","source":{"type":"url","url":"https://x/y.pdf"}},{"type":"document","title":"T","context":"C","source":{"type":"text","media_type":"text/plain","data":"D"}},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"E"}]}}]}]"#
        )
        #expect(
            read == [
                ModelMessage(
                    .user,
                    [
                        .image(ImagePart(url: "https://x/y.png")),
                        .file(FilePart(name: "T", url: "data:application/pdf;base64,AA==")),
                        .file(FilePart(url: "https://x/y.pdf")), .text("C"), .text("T"), .text("D"),
                        .text("E"),
                    ])
            ])
    }

    @Test(arguments: [
        (#"{"type":"search_result","source":"s","title":"t","content":[]}"#, "messages[0].content[0].type"),
        (
            #"{"type":"server_tool_use","id":"1","name":"web_search","input":{}}"#,
            "messages[0].content[0].type"
        ),
        (#"{"type":"image","source":{"type":"file","file_id":"f"}}"#, "messages[0].content[0].source.type"),
        (
            #"{"type":"document","citations":{"enabled":true},"source":{"type":"text","media_type":"text/plain","data":"D"}}"#,
            "messages[0].content[0].citations"
        ),
    ]) func whatOnlyThisAPIHas(block: String, field: String) throws {
        let request = try request(#"{"max_tokens":9,"messages":[{"role":"user","content":[\#(block)]}]}"#)
        #expect(request.nativeFields == [field])
    }

    @Test func whatGoesOnWithTheRequest() throws {
        var headers: HTTPFields = [.authorization: "Bearer k", .userAgent: "x"]
        for (name, value) in [("anthropic-beta", "b"), ("anthropic-version", "v"), ("x-api-key", "k")] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let body = Wire.bytes(#"{"max_tokens":1,"messages":[{"role":"user","content":"Hi"}],"new":1}"#)
        let original = try MessagesRequestReader.read(body, headers: headers).original
        #expect(original?.headers.map(\.name.rawName).sorted() == ["anthropic-beta", "anthropic-version"])
        #expect(original?.body == (try JSONValue(parsing: body)))
    }

    @Test func aCountNeedsNoLimitAndStreamsNothing() throws {
        let body = Wire.bytes(#"{"stream":true,"messages":[{"role":"user","content":"Hi"}]}"#)
        let request = try MessagesRequestReader.read(body, for: .count)
        #expect(request.maxTokens == nil && !request.isStreamed)
    }

    @Test(arguments: [
        ("[]", nil), (#"{"messages":[{"role":"user","content":"Hi"}]}"#, "max_tokens"),
        (#"{"max_tokens":1}"#, "messages"), (#"{"max_tokens":1,"messages":[]}"#, "messages"),
        (#"{"max_tokens":-1,"messages":[{"role":"user","content":"x"}]}"#, "max_tokens"),
        (#"{"max_tokens":1,"messages":[1]}"#, "messages[0]"),
        (#"{"max_tokens":1,"messages":[{"role":"tool","content":"x"}]}"#, "messages[0].role"),
        (#"{"max_tokens":1,"messages":[{"role":"user"}]}"#, "messages[0].content"),
        (#"{"max_tokens":1,"messages":[{"role":"user","content":7}]}"#, "messages[0].content"),
        (
            #"{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
            "messages[0].content[0].text"
        ),
        (
            #"{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result"}]}]}"#,
            "messages[0].content[0].tool_use_id"
        ),
        (
            #"{"max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"f","input":"{}"}]}]}"#,
            "messages[0].content[0].input"
        ),
        (
            #"{"max_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f"}]}"#,
            "tools[0].input_schema"
        ),
        (
            #"{"max_tokens":1,"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"all"}}"#,
            "tool_choice.type"
        ),
        (
            #"{"max_tokens":1,"messages":[{"role":"user","content":"x"}],"stop_sequences":[""]}"#,
            "stop_sequences"
        ),
        (#"{"max_tokens":1,"messages":[{"role":"user","content":"x"}],"temperature":3}"#, "temperature"),
    ]) func whatIsWrongIsNamed(body: String, field: String?) {
        #expect {
            _ = try request(body)
        } throws: { error in
            let error = error as? APIError
            return error?.status == .badRequest && error?.param == field
        }
    }
}
