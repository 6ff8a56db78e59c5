import CodecAPI
import CodecMaps
import Testing

@Suite struct MessagesAnswerReaderTests {
    static let stream = [
        #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":3,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        #"{"type":"ping"}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"xx"}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":"So"}}"#,
        #"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":", ü"}}"#,
        #"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{}}}"#,
        #"{"type":"content_block_stop","index":2}"#,
        #"{"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"#,
        #"{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        #"{"type":"content_block_stop","index":3}"#,
        #"{"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
        #"{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":""}}"#,
        #"{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}"#,
        #"{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#,
        #"{"type":"content_block_stop","index":4}"#,
        #"{"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"b","name":"g","input":{}}}"#,
        #"{"type":"content_block_stop","index":5}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":42,"output_tokens_details":{"thinking_tokens":7}}}"#,
        #"{"type":"message_stop"}"#,
    ]

    @Test func aStreamSaysWhatItsDocumentSays() throws {
        let chunks = try Wire.read(Self.stream.map(Wire.json))
        #expect(
            chunks.map { $0.original?.json }
                == Self.stream.map { Wire.bytes((try? Wire.json($0))?.json ?? "") })
        let said = SaidByModel(chunks.flatMap(\.events))
        #expect(said.text == "So, ü")
        #expect(said.reasoning == "Hm")
        #expect(said.signatures == ["sig"])
        #expect(said.redacted == ["xx"])
        #expect(
            said.calls == [
                0: .init(id: "a", name: "f", arguments: #"{"x":1}"#),
                1: .init(id: "b", name: "g", arguments: "{}"),
            ])
        #expect(
            said.usage
                == ModelUsage(
                    inputTokens: 18, outputTokens: 42, cachedTokens: 5, cacheWriteTokens: 3,
                    reasoningTokens: 7))
        #expect(said.finish == .toolCalls)
        #expect(chunks.last?.events == [.finish(.toolCalls)])

        let document = Wire.bytes(
            #"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"Hm","signature":"sig"},{"type":"redacted_thinking","data":"xx"},{"type":"text","text":"So, ü"},{"type":"tool_use","id":"a","name":"f","input":{"x":1}},{"type":"tool_use","id":"b","name":"g","input":{}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":3,"output_tokens":42,"output_tokens_details":{"thinking_tokens":7}}}"#
        )
        let chunk = try MessagesAnswerReader.read(document: document)
        #expect(SaidByModel(chunk.events) == said)
        #expect(chunk.original == OriginalChunk(.messages, json: document))
    }

    @Test func everyBeginningOfAStreamIsNoAnswer() throws {
        for count in 0..<Self.stream.count {
            #expect(throws: AnswerError.self) { _ = try Wire.read(Self.stream.prefix(count).map(Wire.json)) }
        }
    }

    @Test(arguments: [
        ("end_turn", ModelFinish.stop), ("max_tokens", .length), ("stop_sequence", .stopSequence("++")),
        ("tool_use", .toolCalls), ("pause_turn", .pause), ("refusal", .refusal),
        ("model_context_window_exceeded", .length), ("of_tomorrow", .stop),
    ]) func reasonsToStop(name: String, finish: ModelFinish) throws {
        let document =
            #"{"type":"message","content":[],"stop_reason":"\#(name)","stop_sequence":"++","usage":{"input_tokens":1,"output_tokens":2}}"#
        let chunk = try MessagesAnswerReader.read(document: Wire.bytes(document))
        #expect(chunk.events == [.usage(ModelUsage(inputTokens: 1, outputTokens: 2)), .finish(finish)])
    }

    @Test func aRefusalIsExplained() throws {
        let document =
            #"{"type":"message","content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"No."},"usage":{}}"#
        #expect(
            try MessagesAnswerReader.read(document: Wire.bytes(document)).events
                == [.usage(ModelUsage(inputTokens: 0, outputTokens: 0)), .refusal("No."), .finish(.refusal)])
    }

    @Test(arguments: [
        "<html>", "", "[]", "{}", #"{"type":1}"#, #"{"type":"message_start"}"#,
        #"{"type":"content_block_start"}"#,
        #"{"type":"content_block_start","index":-1,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_start","index":1e3,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"f"}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}"#,
        #"{"type":"content_block_stop"}"#, #"{"type":"message_stop"}"#,
    ]) func whatIsNoEvent(data: String) {
        var reader = MessagesAnswerReader()
        #expect {
            _ = try reader.append(data: Wire.bytes(data))
        } throws: { error in
            if case .malformed? = error as? AnswerError { true } else { false }
        }
    }

    @Test(arguments: [
        "{}", "<html>", #"{"type":"message","content":[]}"#, #"{"type":"message","stop_reason":"end_turn"}"#,
        #"{"type":"message","content":[{"type":"tool_use"}],"stop_reason":"tool_use"}"#,
        #"{"type":"message","content":[{"type":"tool_use","id":"a","name":""}],"stop_reason":"tool_use"}"#,
    ]) func whatIsNoDocument(document: String) {
        #expect(throws: AnswerError.self) { try MessagesAnswerReader.read(document: Wire.bytes(document)) }
    }

    @Test func anErrorOfTheUpstreamIsReported() {
        var reader = MessagesAnswerReader()
        let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
        #expect(throws: AnswerError.reported(message: "Overloaded", type: "overloaded_error")) {
            _ = try reader.append(data: Wire.bytes(error))
        }
    }
}
