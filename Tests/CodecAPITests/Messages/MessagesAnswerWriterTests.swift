import CodecAPI
import CodecMaps
import Testing

@Suite struct MessagesAnswerWriterTests {
    private func stream(_ chunks: [ModelChunk]) -> [UInt8] {
        var writer = MessagesAnswerWriter(id: "msg_9", model: "m", requestID: "req_1")
        var output: [UInt8] = []
        writer.begin(into: &output)
        for chunk in chunks { writer.append(chunk, into: &output) }
        return output
    }

    /// All that `messages.stream()` of the client needs, in its order.
    @Test func theWholeSequence() throws {
        let all = try Wire.events(
            stream([
                ModelChunk([.usage(ModelUsage(inputTokens: 9, outputTokens: 0, cachedTokens: 4))]),
                ModelChunk([.reasoning("Hm"), .reasoningSignature("sig"), .text("Hi"), .text("")]),
                ModelChunk([.toolCall(index: 0, id: "a", name: "f"), .toolArguments(index: 0, "{}")]),
                ModelChunk([
                    .usage(ModelUsage(inputTokens: 9, outputTokens: 3, cachedTokens: 4)), .finish(.toolCalls),
                ]),
            ]))
        let expected = [
            #"{"type":"message_start","message":{"id":"msg_9","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":0}}}"#,
            #"{"type":"ping"}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hi"}}"#,
            #"{"type":"content_block_stop","index":1}"#,
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
            #"{"type":"content_block_stop","index":2}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":3}}"#,
            #"{"type":"message_stop"}"#,
        ]
        #expect(all == (try expected.map(Wire.json)))
    }

    /// Calls that come interleaved, with text between them: blocks follow each other, and each is whole.
    @Test func interleavedCallsFollowEachOther() throws {
        let all = try Wire.events(
            stream([
                ModelChunk([
                    .toolCall(index: 0, id: "a", name: "f"), .toolArguments(index: 0, #"{"x":"#),
                    .toolCall(index: 1, id: "b", name: "g"), .toolArguments(index: 1, #"{"y""#), .text("T"),
                    .toolArguments(index: 0, #""}{"}"#),
                    .toolArguments(index: 1, #":2}"#),
                ]), ModelChunk([.finish(.stop)]),
            ]))
        var open: Int?
        var starts: [String] = []
        for event in all {
            switch event["type"]?.string {
            case "content_block_start":
                #expect(open == nil && event["index"] == .integer(starts.count))
                open = starts.count
                starts.append(event["content_block"]?["type"]?.string ?? "")
            case "content_block_delta": #expect(event["index"] == open.map(JSONValue.integer))
            case "content_block_stop": open = nil
            default: break
            }
        }
        #expect(starts == ["tool_use", "tool_use", "text"])
        let said = SaidByModel(try Wire.read(all).flatMap(\.events))
        #expect(said.calls[0]?.arguments == #"{"x":"}{"}"#)
        #expect(said.calls[1]?.arguments == #"{"y":2}"#)
        #expect(said.finish == .toolCalls)
    }

    @Test func anAnswerOfTheSameAPIGoesOnAsItIs() throws {
        let lines = MessagesAnswerReaderTests.stream
        var reader = MessagesAnswerReader()
        let chunks = try lines.compactMap { try reader.append(data: Wire.bytes($0)) }
        let expected = try lines.map { "event: \(try Wire.json($0)["type"]?.string ?? "")\ndata: \($0)\n\n" }
        #expect(String(decoding: stream(chunks), as: UTF8.self) == expected.joined())
        let spread = ModelChunk(
            [],
            original: OriginalChunk(
                .messages, json: Wire.bytes("{\n\"x\": {\"type\":1},\r\n\"type\":\"new\"}")))
        #expect(
            String(decoding: stream([spread]), as: UTF8.self)
                == "event: new\ndata: { \"x\": {\"type\":1},  \"type\":\"new\"}\n\n")
    }

    /// A name of an event from outside cannot begin a line of its own.
    @Test func aForeignNameIsNoLine() throws {
        let chunk = ModelChunk(
            [], original: OriginalChunk(.messages, json: Wire.bytes(#"{"type":"x\n\nevent: error"}"#)))
        #expect(try Wire.events(stream([chunk])).map { $0["type"]?.string } == ["message_start", "ping"])
    }

    @Test func pingsAndFailures() throws {
        var writer = MessagesAnswerWriter(id: "i", model: "m", requestID: "req_1")
        var output: [UInt8] = []
        writer.begin(into: &output)
        writer.keepAlive(into: &output)
        #expect(try Wire.events(output).isEmpty && !output.isEmpty)
        writer.append(ModelChunk([.text("x")]), into: &output)
        output = []
        writer.keepAlive(into: &output)
        writer.fail(.internalError, into: &output)
        #expect(
            try Wire.events(output) == [
                Wire.json(#"{"type":"ping"}"#),
                Wire.json(
                    #"{"type":"error","error":{"type":"api_error","message":"The server failed to answer; the log has the reason."},"request_id":"req_1"}"#
                ),
            ])
        #expect(writer.failsCleanly)
    }

    /// Whatever a model does, in whatever pieces it comes: stream and document say the same, and lose nothing.
    @Test func writtenAndReadAgain() throws {
        for seed in 0..<300 {
            var numbers = SeededNumbers(state: UInt64(seed))
            let events = Self.randomEvents(&numbers)
            let chunks = Self.cut(events, &numbers)
            let written = try Wire.events(stream(chunks))
            #expect(
                SaidByModel(try Wire.read(written).flatMap(\.events)) == SaidByModel(events), "seed \(seed)")
            var collector = MessagesAnswerCollector(id: "i", model: "m")
            for chunk in chunks { collector.append(chunk) }
            let document = try MessagesAnswerReader.read(document: collector.document())
            #expect(SaidByModel(document.events) == SaidByModel(events), "seed \(seed)")
        }
    }

    private static func randomEvents(_ numbers: inout SeededNumbers) -> [ModelEvent] {
        var events: [ModelEvent] = []
        var waiting: [(index: Int, rest: Substring)] = []
        var calls = 0
        for _ in 0..<Int.random(in: 0...30, using: &numbers) {
            switch Int.random(in: 0..<7, using: &numbers) {
            case 0: events.append(.text(["a", " ü\n", "\"", "🙂"].randomElement(using: &numbers) ?? ""))
            case 1: events.append(.reasoning(["h", "m m"].randomElement(using: &numbers) ?? ""))
            case 2: events.append(.reasoningSignature("s\(events.count)"))
            case 3: events.append(.redactedReasoning("r\(events.count)"))
            case 4:
                events.append(.toolCall(index: calls, id: "c\(calls)", name: "f"))
                waiting.append(
                    (
                        calls,
                        [#"{"a":"}\"{"}"#, #"{"b":[1,{"c":null}]}"#].randomElement(using: &numbers) ?? ""
                    ))
                calls += 1
            default:
                guard let place = waiting.indices.randomElement(using: &numbers) else { continue }
                let count = Int.random(in: 0...waiting[place].rest.count, using: &numbers)
                events.append(
                    .toolArguments(index: waiting[place].index, String(waiting[place].rest.prefix(count))))
                waiting[place].rest = waiting[place].rest.dropFirst(count)
            }
        }
        for call in waiting { events.append(.toolArguments(index: call.index, String(call.rest))) }
        events.append(
            .usage(
                ModelUsage(
                    inputTokens: 20, outputTokens: 9, cachedTokens: 3, cacheWriteTokens: 2, reasoningTokens: 1
                )))
        let reasons: [ModelFinish] = [.length, .stopSequence("#"), .pause, .refusal]
        events.append(.finish(calls > 0 ? .toolCalls : reasons.randomElement(using: &numbers) ?? .stop))
        return events
    }

    private static func cut(_ events: [ModelEvent], _ numbers: inout SeededNumbers) -> [ModelChunk] {
        var chunks = [ModelChunk([])]
        for event in events {
            if Bool.random(using: &numbers) { chunks.append(ModelChunk([])) }
            chunks[chunks.count - 1].events.append(event)
        }
        return chunks
    }
}
