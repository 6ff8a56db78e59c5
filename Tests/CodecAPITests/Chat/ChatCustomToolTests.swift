import CodecAPI
import CodecMaps
import Testing

@Suite("Custom tools in chats")
struct ChatCustomToolTests {
    static let request = #"""
        {"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"id":"c","type":"custom",
         "custom":{"name":"sh","input":"ls \"a\""}}]},{"role":"tool","tool_call_id":"c","content":"out"}],
         "tools":[{"type":"custom","custom":{"name":"sh","description":"Runs it.","format":{"type":"grammar",
         "grammar":{"syntax":"lark","definition":"start: /a/"}}}}],
         "tool_choice":{"type":"custom","custom":{"name":"sh"}}}
        """#

    @Test("are functions of one text to other servers")
    func flattened() throws {
        let request = try ChatRequestReaderTests.read(Self.request)
        #expect(ChatRequestReader.customTools(of: request) == ["sh"])
        #expect(request.toolChoice == .tool(name: "sh"))
        guard case .function(let parameters, _) = request.tools[0].kind,
            case .messages(let messages) = request.input
        else {
            Issue.record("no function")
            return
        }
        #expect(parameters["properties"]?["input"]?["type"] == "string")
        #expect(request.tools[0].description?.contains("start: /a/") == true)
        #expect(
            messages[1].parts
                == [.toolCall(ModelToolCall(id: "c", name: "sh", arguments: #"{"input":"ls \"a\""}"#))])
    }

    @Test("come back as they were declared, streamed and whole")
    func restored() throws {
        let chunks = [
            ModelChunk([.toolCall(index: 0, id: "c", name: "sh"), .toolArguments(index: 0, #"{"inp"#)]),
            ModelChunk([.toolCall(index: 1, id: "d", name: "f"), .toolArguments(index: 1, "{}")]),
            ModelChunk([.toolArguments(index: 0, #"ut": "ls \u00"#)]),
            ModelChunk([.toolArguments(index: 0, #"e4"}"#)]),
            ModelChunk([.finish(.toolCalls)]),
        ]
        let text = AnswerWriterTests.write(
            chunks,
            with: ChatAnswerWriter(
                id: AnswerWriterTests.id, model: "m", includesUsage: false, customTools: ["sh"]))
        #expect(
            text.contains(
                #""tool_calls":[{"index":0,"id":"c","type":"custom","custom":{"name":"sh","input":""}}]"#))
        #expect(
            text.contains(#"{"index":1,"id":"d","type":"function","function":{"name":"f","arguments":"{}"}}"#)
        )
        let inputs = text.matches(of: /"index":0,"custom":\{"input":"([^"]*)"\}/).map { String($0.1) }
        #expect(inputs.joined() == "ls ä")
        var collector = ChatAnswerCollector(id: AnswerWriterTests.id, model: "m", customTools: ["sh"])
        for chunk in chunks { collector.append(chunk) }
        let calls = try JSONValue(parsing: collector.document())["choices"]?.array?[0]["message"]?[
            "tool_calls"]
        #expect(
            calls == [
                ["id": "c", "type": "custom", "custom": ["name": "sh", "input": "ls ä"]],
                ["id": "d", "type": "function", "function": ["name": "f", "arguments": "{}"]],
            ])
    }

    @Test(
        "need a description with a name",
        arguments: [
            (#"{"type":"custom"}"#, "tools[0].custom"),
            (#"{"type":"custom","custom":{}}"#, "tools[0].custom.name"),
            (#"{"type":"custom","custom":{"name":"a","format":7}}"#, "tools[0].custom.format"),
        ])
    func refusals(tool: String, param: String) throws {
        do throws(APIError) {
            let json = #"{"messages":[{"role":"user","content":"q"}],"tools":[\#(tool)]}"#
            _ = try ChatRequestReader.read(try JSONObject.document(of: Array(json.utf8)))
            Issue.record("accepted")
        } catch {
            #expect(error.param == param)
        }
    }
}
