import CodecMaps
import HTTPTypes
import Testing

@testable import CodecAPI

@Suite struct ResponsesAnswerWriterTests {
    @Test func theWholeSequence() throws {
        let (stream, _) = try ResponsesSample.write(ResponsesSample.events.map { ModelChunk([$0]) })
        #expect(
            stream.names == [
                "created", "in_progress",
                "output_item.added", "content_part.added", "reasoning_text.delta", "reasoning_text.delta",
                "reasoning_text.done", "content_part.done", "output_item.done",
                "output_item.added", "output_item.done",
                "output_item.added", "content_part.added", "output_text.delta", "output_text.delta",
                "output_text.done", "content_part.done", "output_item.done",
                "output_item.added", "function_call_arguments.delta", "function_call_arguments.delta",
                "output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.delta",
                "output_item.added",
                "function_call_arguments.done", "output_item.done",
                "custom_tool_call_input.done", "output_item.done",
                "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
                "completed",
            ])
        for (number, event) in stream.events.enumerated() {
            #expect(event.data["type"]?.string == event.name)
            #expect(event.data["sequence_number"]?.integer == number)
        }
    }

    @Test func summariesWhereTheyAreAskedFor() throws {
        let (stream, _) = try ResponsesSample.write(
            [ModelChunk([.reasoning("a"), .reasoning("b"), .text("c"), .finish(.stop)])],
            body: #"{"input":"x","reasoning":{"summary":"auto"},"include":["reasoning.encrypted_content"]}"#)
        #expect(
            stream.names.dropFirst(2).prefix(7) == [
                "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
                "reasoning_summary_text.delta", "reasoning_summary_text.done", "reasoning_summary_part.done",
                "output_item.done",
            ])
        let item = try #require(stream.all("output_item.done").first?["item"])
        #expect(item["summary", 0, "text"]?.string == "ab")
        #expect(stream.all("reasoning_summary_text.delta").first?["summary_index"]?.integer == 0)
        let opaque = try #require(item["encrypted_content"]?.string.flatMap(OpaqueReasoning.read))
        #expect(opaque == ReasoningPart(text: "ab"))
    }

    @Test func itemsKeepTheirNames() throws {
        let (stream, _) = try ResponsesSample.write(ResponsesSample.events.map { ModelChunk([$0]) })
        let added = stream.all("output_item.added"), done = stream.all("output_item.done")
        let output = try #require(stream.response("completed")["output"]?.array)
        #expect(added.count == output.count && done.count == output.count)
        #expect(added.compactMap { $0["output_index"]?.integer } == Array(output.indices))
        for (index, item) in output.enumerated() {
            let first = try #require(added[index]["item"])
            let last = try #require(done.first { $0["output_index"]?.integer == index }?["item"])
            for field in ["id", "type", "call_id", "name", "namespace"] {
                #expect(first[field] == item[field] && last[field] == item[field])
            }
            #expect(last == item)
            #expect(first["status"]?.string == "in_progress" && item["status"]?.string == "completed")
        }
        let created = try stream.response("created"), completed = try stream.response("completed")
        #expect(created["id"] == completed["id"] && created["status"]?.string == "in_progress")
        for event in stream.events where event.data["item_id"] != nil {
            let index = try #require(event.data["output_index"]?.integer)
            #expect(event.data["item_id"] == output[index]["id"])
        }
    }

    @Test func callsComeBackAsTheyWereDeclared() throws {
        let (stream, _) = try ResponsesSample.write(ResponsesSample.events.map { ModelChunk([$0]) })
        let output = try #require(stream.response("completed")["output"]?.array)
        #expect(
            output[3]["type"]?.string == "function_call" && output[3]["arguments"]?.string == #"{"at":1}"#)
        #expect(output[4]["type"]?.string == "custom_tool_call" && output[4]["name"]?.string == "apply_patch")
        #expect(output[4]["input"]?.string == "*** Begin\n+é 😀")
        #expect(output[5]["name"]?.string == "log" && output[5]["namespace"]?.string == "mcp__git")
        #expect(output[5]["arguments"]?.string == "{}")
        #expect(output[5]["call_id"]?.string?.hasPrefix("call_") == true)
    }

    /// What the strictest readers of a message and of the response object look at.
    @Test func fieldsThatClientsNeed() throws {
        let (stream, _) = try ResponsesSample.write(ResponsesSample.events.map { ModelChunk([$0]) })
        let message = try #require(
            stream.all("output_item.done").compactMap { $0["item"] }.first { $0["role"] != nil })
        #expect(message["role"]?.string == "assistant")
        #expect(message["content", 0, "type"]?.string == "output_text")
        #expect(message["content", 0, "text"]?.string == "Hello \"you\"")
        #expect(message["content", 0, "annotations"]?.array?.isEmpty == true)
        for added in stream.all("output_item.added") where added["item", "type"]?.string == "message" {
            #expect(added["item", "content"] == .array([]))
        }
        let response = try stream.response("completed")
        let usage = try #require(response["usage"])
        #expect(usage["input_tokens"]?.integer == 11 && usage["total_tokens"]?.integer == 18)
        #expect(usage["input_tokens_details", "cached_tokens"]?.integer == 3)
        #expect(usage["output_tokens_details", "reasoning_tokens"]?.integer == 2)
        for name in ["created", "in_progress", "completed"] {
            guard case .object(let members) = try stream.response(name) else { throw CancellationError() }
            let names = Set(members.map(\.name))
            #expect(names.count == members.count)
            for field in [
                "id", "object", "created_at", "status", "model", "output", "error", "incomplete_details",
                "instructions",
                "max_output_tokens", "parallel_tool_calls", "previous_response_id", "reasoning", "store",
                "temperature",
                "text", "tool_choice", "tools", "top_p", "truncation", "usage", "metadata",
            ] { #expect(names.contains(field), "\(name) lacks \(field)") }
        }
    }

    @Test func signaturesAndRedactedThoughtsCanBeSentBack() throws {
        let (stream, _) = try ResponsesSample.write(ResponsesSample.events.map { ModelChunk([$0]) })
        let output = try #require(stream.response("completed")["output"]?.array)
        var body: JSONValue = ["input": .array(output)]
        body.set("store", false)
        var json: [UInt8] = []
        json.append(json: body)
        let request = try ResponsesSample.request(String(decoding: json, as: UTF8.self)).modelRequest()
            .request
        guard case .messages(let messages) = request.input else { throw CancellationError() }
        #expect(messages.count == 1 && messages[0].role == .assistant)
        #expect(
            messages[0].parts.prefix(3) == [
                .reasoning(ReasoningPart(text: "I think.", signature: "sig")),
                .reasoning(ReasoningPart(text: "", redacted: "opaque")), .text("Hello \"you\""),
            ])
        #expect(
            messages[0].parts.dropFirst(3) == [
                .toolCall(ModelToolCall(id: "call_a", name: "look", arguments: #"{"at":1}"#)),
                .toolCall(
                    ModelToolCall(
                        id: "call_b", name: "apply_patch", arguments: #"{"input":"*** Begin\n+é 😀"}"#)),
                .toolCall(
                    ModelToolCall(
                        id: output[5]["call_id"]?.string ?? "", name: "mcp__git__log", arguments: "{}")),
            ])
    }

    @Test func refusals() throws {
        let (stream, _) = try ResponsesSample.write([
            ModelChunk([.text("Hm. ")]), ModelChunk([.refusal("No"), .refusal(".")]),
            ModelChunk([.finish(.refusal)]),
        ])
        #expect(
            stream.names.dropFirst(2) == [
                "output_item.added", "content_part.added", "output_text.delta", "output_text.done",
                "content_part.done", "content_part.added", "refusal.delta", "refusal.delta", "refusal.done",
                "content_part.done", "output_item.done", "completed",
            ])
        #expect(stream.all("refusal.done").first?["content_index"]?.integer == 1)
        #expect(try stream.response("completed")["output", 0, "content", 1, "refusal"]?.string == "No.")
    }

    @Test(arguments: [
        (ModelFinish.length, "max_output_tokens"), (.contentFilter, "content_filter"), (.pause, "pause_turn"),
    ]) func incomplete(_ row: (finish: ModelFinish, reason: String)) throws {
        let (stream, writer) = try ResponsesSample.write([
            ModelChunk([.text("part"), .toolCall(index: 0, id: "c", name: "apply_patch")]),
            ModelChunk([.toolArguments(index: 0, #"{"input":"rm -rf /tmp/x"#)]),
            ModelChunk([.finish(row.finish)]),
        ])
        let response = try stream.response("incomplete")
        #expect(response["incomplete_details", "reason"]?.string == row.reason)
        #expect(response["status"]?.string == "incomplete")
        // Nobody may take half a call for a whole one.
        #expect(!stream.names.contains("custom_tool_call_input.done"))
        #expect(stream.all("output_item.done").count == 1)
        #expect(response["output", 1, "status"]?.string == "incomplete")
        #expect(response["output", 1, "input"]?.string == "rm -rf /tmp/x")
        #expect(writer.answer.statusName == "incomplete")
    }

    static let failures: [(error: APIError, code: String, message: String)] = [
        (
            APIError(
                status: .tooManyRequests, message: "Slow down.", type: "rate_limit_error",
                code: "rate_limit_exceeded",
                headers: [.retryAfter: "3"]), "rate_limit_exceeded", "Slow down. Please try again in 3s."
        ),
        (
            APIError(
                status: .tooManyRequests, message: "Used up.", type: "insufficient_quota",
                code: "insufficient_quota"),
            "insufficient_quota", "Used up."
        ),
        (
            .invalidRequest("Too long.", param: "input", code: "context_length_exceeded"),
            "context_length_exceeded",
            "Too long."
        ),
        (.invalidRequest("Bad."), "invalid_prompt", "Bad."),
        (.internalError, "server_error", APIError.internalError.message),
        (
            APIError(status: .badGateway, message: "Cut.", type: "server_error", code: "upstream_failed"),
            "server_error", "Cut."
        ),
    ]

    @Test(arguments: failures) func failed(_ row: (error: APIError, code: String, message: String)) throws {
        let (stream, _) = try ResponsesSample.write([ModelChunk([.text("begun")])], failure: row.error)
        let response = try stream.response("failed")
        #expect(stream.names.last == "failed")
        #expect(response["id"] == (try stream.response("created")["id"]))
        #expect(response["status"]?.string == "failed")
        #expect(response["error", "code"]?.string == row.code)
        #expect(response["error", "message"]?.string == row.message)
        #expect(response["output", 0, "status"]?.string == "incomplete")
    }

    @Test func nothingFollowsTheEnd() throws {
        let chunks = [
            ModelChunk([.text("a"), .finish(.stop), .text("b")]), ModelChunk([.text("c"), .finish(.stop)]),
        ]
        let (stream, _) = try ResponsesSample.write(chunks, failure: .internalError)
        #expect(stream.names.filter { ["completed", "failed", "incomplete"].contains($0) } == ["completed"])
        #expect(stream.names.last == "completed")
        #expect(try stream.response("completed")["output", 0, "content", 0, "text"]?.string == "a")
    }

    @Test func keepAlive() throws {
        let request = try ResponsesSample.request()
        var writer = ResponsesAnswerWriter(head: ResponsesSample.head(request), style: request.style)
        var bytes: [UInt8] = []
        writer.keepAlive(into: &bytes)
        #expect(bytes.isEmpty, "nothing may come before response.created")
        writer.begin(into: &bytes)
        writer.keepAlive(into: &bytes)
        writer.append(ModelChunk([.finish(.stop)]), into: &bytes)
        writer.keepAlive(into: &bytes)
        let stream = try ResponsesStream(bytes)
        #expect(stream.names == ["created", "in_progress", "in_progress", "completed"])
        #expect(stream.events.compactMap { $0.data["sequence_number"]?.integer } == [0, 1, 2, 3])
        #expect(stream.events[2].data["response", "id"] == stream.events[0].data["response", "id"])
    }

    @Test func logprobsGoWithTheirText() throws {
        let logprob = TokenLogprob(
            token: "é", logprob: -0.5, alternatives: [TokenLogprob(token: "e", logprob: -1)])
        let (stream, _) = try ResponsesSample.write([
            ModelChunk([.text("é"), .logprobs([logprob])]), ModelChunk([.finish(.stop)]),
        ])
        let delta = try #require(stream.all("output_text.delta").first?["logprobs", 0])
        #expect(delta["token"]?.string == "é" && delta["bytes", 1]?.integer == 0xA9)
        #expect(delta["top_logprobs", 0, "token"]?.string == "e")
        #expect(try stream.response("completed")["output", 0, "content", 0, "logprobs", 0] == delta)
    }
}
