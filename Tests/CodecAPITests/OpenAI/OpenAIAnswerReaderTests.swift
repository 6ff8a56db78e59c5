import CodecAPI
import CodecMaps
import Testing

@Suite("Reading answers of chat and completions")
struct OpenAIAnswerReaderTests {
    /// The chunks of a stream's data, read to its end.
    static func read(_ data: [String], _ dialect: Dialect = .chat) throws -> [ModelChunk] {
        var reader = OpenAIAnswerReader(dialect)
        var chunks: [ModelChunk] = []
        for data in data {
            if let chunk = try reader.append(data: Array(data.utf8)) { chunks.append(chunk) }
        }
        if let chunk = try reader.finish() { chunks.append(chunk) }
        return chunks
    }

    static func delta(_ delta: String, finish: String = "null") -> String {
        #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
    }

    static let stop = delta("{}", finish: #""stop""#)
    static let usage = #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var data: [String]
        var events: [ModelEvent]
        var testDescription: String { name }
    }

    static let counted = ModelUsage(inputTokens: 3, outputTokens: 2)

    static let cases: [Case] = [
        Case(
            name: "text as OpenAI sends it",
            data: [
                delta(#"{"role":"assistant","content":""}"#), delta(#"{"content":"Hi "}"#),
                delta(#"{"content":"\"ü\""}"#), stop, usage, "[DONE]",
            ], events: [.text("Hi "), .text("\"ü\""), .usage(counted), .finish(.stop)]),
        Case(
            name: "no usage, no [DONE]", data: [delta(#"{"content":"a"}"#), stop],
            events: [.text("a"), .finish(.stop)]),
        Case(
            name: "usage on every chunk, as the last one has it",
            data: [
                #"{"choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
                "[DONE]",
            ], events: [.text("a"), .usage(counted), .finish(.length)]),
        Case(
            name: "usage with details",
            data: [
                stop,
                #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":5}}}"#,
            ],
            events: [
                .usage(ModelUsage(inputTokens: 9, outputTokens: 8, cachedTokens: 4, reasoningTokens: 5)),
                .finish(.stop),
            ]),
        Case(
            name: "thoughts by either name, counted once",
            data: [
                delta(#"{"reasoning":"a"}"#), delta(#"{"reasoning_content":"b","content":null}"#),
                delta(#"{"reasoning":"c","reasoning_content":"c"}"#),
                delta(#"{"reasoning_content":"","reasoning":"d"}"#), delta(#"{"content":"x"}"#), stop,
            ],
            events: [
                .reasoning("a"), .reasoning("b"), .reasoning("c"), .reasoning("d"), .text("x"),
                .finish(.stop),
            ]),
        Case(
            name: "content in parts",
            data: [
                delta(
                    #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"x"}]}"#
                ), stop,
            ], events: [.reasoning("hm"), .text("x"), .finish(.stop)]),
        Case(
            name: "two calls by index, interleaved",
            data: [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"c0","type":"function","function":{"name":"f","arguments":""}}]}"#
                ),
                delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}"#),
                delta(#"{"tool_calls":[{"index":1,"id":"c1","function":{"name":"g","arguments":"{"}}]}"#),
                delta(
                    #"{"tool_calls":[{"index":0,"function":{"arguments":":1}"}},{"index":1,"function":{"arguments":"}"}}]}"#
                ), delta("{}", finish: #""tool_calls""#), "[DONE]",
            ],
            events: [
                .toolCall(index: 0, id: "c0", name: "f"), .toolArguments(index: 0, #"{"a""#),
                .toolCall(index: 1, id: "c1", name: "g"), .toolArguments(index: 1, "{"),
                .toolArguments(index: 0, ":1}"), .toolArguments(index: 1, "}"), .finish(.toolCalls),
            ]),
        Case(
            name: "indexes that begin at 1 are counted from 0",
            data: [
                delta(#"{"tool_calls":[{"index":1,"id":"c","function":{"name":"f","arguments":"{}"}}]}"#),
                delta("{}", finish: #""tool_calls""#),
            ],
            events: [
                .toolCall(index: 0, id: "c", name: "f"), .toolArguments(index: 0, "{}"), .finish(.toolCalls),
            ]),
        Case(
            name: "calls without index, by id",
            data: [
                delta(#"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"1"}}]}"#),
                delta(#"{"tool_calls":[{"id":"b","function":{"name":"g","arguments":"2"}}]}"#),
                delta(#"{"tool_calls":[{"id":"a","function":{"arguments":"3"}}]}"#),
                delta(#"{"tool_calls":[{"function":{"arguments":"4"}}]}"#),
                delta("{}", finish: #""tool_calls""#),
            ],
            events: [
                .toolCall(index: 0, id: "a", name: "f"), .toolArguments(index: 0, "1"),
                .toolCall(index: 1, id: "b", name: "g"), .toolArguments(index: 1, "2"),
                .toolArguments(index: 0, "3"), .toolArguments(index: 1, "4"), .finish(.toolCalls),
            ]),
        Case(
            name: "whole calls that all have index 0",
            data: [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}]}"#,
                    finish: #""stop""#)
            ],
            events: [
                .toolCall(index: 0, id: "a", name: "f"), .toolArguments(index: 0, "{}"),
                .toolCall(index: 1, id: "b", name: "f"), .toolArguments(index: 1, "{}"), .finish(.toolCalls),
            ]),
        Case(
            name: "arguments before the name, and as an object",
            data: [
                delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"["}}]}"#),
                delta(#"{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"1"}}]}"#),
                delta(
                    #"{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":{"x":[1.50]}}}]}"#
                ),
                delta("{}", finish: #""tool_calls""#),
            ],
            events: [
                .toolCall(index: 0, id: "a", name: "f"), .toolArguments(index: 0, "[1"),
                .toolCall(index: 1, id: "b", name: "g"), .toolArguments(index: 1, #"{"x":[1.50]}"#),
                .finish(.toolCalls),
            ]),
        Case(
            name: "a custom tool's input",
            data: [
                delta(
                    #"{"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"f","input":"ls"}}]}"#
                ),
                delta(#"{"tool_calls":[{"index":0,"custom":{"input":" -l"}}]}"#),
                delta("{}", finish: #""tool_calls""#),
            ],
            events: [
                .toolCall(index: 0, id: "a", name: "f"), .toolArguments(index: 0, "ls"),
                .toolArguments(index: 0, " -l"), .finish(.toolCalls),
            ]),
        Case(
            name: "only the first choice counts",
            data: [
                #"{"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"stop"}]}"#,
                #"{"choices":[{"delta":{"content":"no"},"index":1},{"delta":{"content":"yes"},"index":0}]}"#,
                stop,
            ], events: [.text("yes"), .finish(.stop)]),
        Case(
            name: "a prelude without choices, empty reasons, null everywhere",
            data: [
                #"{"choices":[],"prompt_filter_results":[{"a":{}}],"usage":null,"error":null}"#,
                delta(
                    #"{"content":null,"tool_calls":null,"refusal":null,"function_call":null}"#, finish: #""""#
                ),
                #"{"choices":[{"index":0,"delta":null,"logprobs":null,"stop_reason":null}]}"#, stop,
            ], events: [.finish(.stop)]),
        Case(
            name: "a refusal", data: [delta(#"{"refusal":"No."}"#), stop],
            events: [.refusal("No."), .finish(.refusal)]),
        Case(
            name: "the stop text that vLLM names",
            data: [#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop","stop_reason":"END"}]}"#],
            events: [.finish(.stopSequence("END"))]),
        Case(
            name: "the id that SGLang names is no stop text",
            data: [#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop","matched_stop":151645}]}"#],
            events: [.finish(.stop)]),
        Case(
            name: "other names of the ends",
            data: [delta("{}", finish: #""content_filter""#)], events: [.finish(.contentFilter)]),
        Case(
            name: "an unknown end is an end", data: [delta("{}", finish: #""eos""#)], events: [.finish(.stop)]
        ),
        Case(
            name: "calls that did not come are not waited for",
            data: [delta("{}", finish: #""tool_calls""#)], events: [.finish(.stop)]),
        Case(
            name: "logprobs",
            data: [
                #"{"choices":[{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"b","logprob":-1,"bytes":null}]}]}}]}"#,
                stop,
            ],
            events: [
                .text("a"),
                .logprobs([
                    TokenLogprob(
                        token: "a", bytes: [97], logprob: -0.5,
                        alternatives: [TokenLogprob(token: "b", logprob: -1)])
                ]), .finish(.stop),
            ]),
    ]

    @Test("servers' streams", arguments: cases)
    func streams(_ c: Case) throws {
        let chunks = try Self.read(c.data)
        #expect(chunks.flatMap(\.events) == c.events)
        // What has choices goes on as it came, and in order.
        let originals = chunks.compactMap(\.original).map { String(decoding: $0.json, as: UTF8.self) }
        #expect(originals.allSatisfy { c.data.contains($0) })
    }

    @Test("a call of the older form gets an id")
    func functionCall() throws {
        let events = try Self.read([
            Self.delta(#"{"function_call":{"name":"f","arguments":""}}"#),
            Self.delta(#"{"function_call":{"arguments":"{}"}}"#),
            Self.delta("{}", finish: #""function_call""#),
        ]).flatMap(\.events)
        guard case .toolCall(0, let id, "f") = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(id.hasPrefix("call_") && id.utf8.count == 37)
        #expect(events.dropFirst() == [.toolArguments(index: 0, "{}"), .finish(.toolCalls)])
    }

    @Test(
        "what is no answer fails, and says why",
        arguments: [
            ([delta(#"{"content":"a"}"#)], "no 'finish_reason'"), ([], "no 'finish_reason'"),
            (["[DONE]"], "no 'finish_reason'"), ([#"{"choices":[{"#], "ends too early"),
            (["<html>502</html>"], "no JSON"), (["[1]"], "'data' has a wrong type"),
            (["null"], "'data' has a wrong type"), (["{\"choices\":7}"], "'choices' has a wrong type"),
            ([#"{"choices":[7]}"#], "'choices[]'"), ([delta("7")], "'delta'"),
            ([delta(#"{"content":7}"#)], "'content'"), ([delta(#"{"content":{}}"#)], "'content'"),
            ([delta(#"{"tool_calls":{}}"#)], "'tool_calls'"),
            ([delta(#"{"tool_calls":[7]}"#)], "'tool_calls[]'"),
            ([delta(#"{"tool_calls":[{"index":-1}]}"#)], "'tool_calls[].index'"),
            (
                [delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}]}"#), stop],
                "call 0 has no name"
            ),
            ([#"{"choices":[{"index":0,"token_ids":[-1]}]}"#], "'token_ids'"),
            ([stop + "x"], "no JSON"),
        ])
    func malformed(data: [String], reason: String) throws {
        do throws(AnswerError) {
            var reader = OpenAIAnswerReader(.chat)
            for data in data { _ = try reader.append(data: Array(data.utf8)) }
            _ = try reader.finish()
            Issue.record("accepted")
        } catch {
            guard case .malformed(let message) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(message.contains(reason), "\(message)")
        }
    }

    @Test(
        "failures that the upstream reports",
        arguments: [
            (#"{"error":{"message":"m","type":"t","code":"c"}}"#, "m", "c"),
            (#"{"error":{"message":"m","type":"t","code":500}}"#, "m", "t"),
            (#"{"error":"m"}"#, "m", nil), (#"{"choices":[],"error":{"message":"m"}}"#, "m", nil),
            (#"{"object":"error","message":"m","type":"t","param":null,"code":400}"#, "m", "t"),
            (#"{"error":{"detail":[1]}}"#, #"{"detail":[1]}"#, nil),
        ] as [(String, String, String?)])
    func reported(data: String, message: String, type: String?) throws {
        #expect(throws: AnswerError.reported(message: message, type: type)) { try Self.read([data]) }
        #expect(throws: AnswerError.reported(message: message, type: type)) {
            try OpenAIAnswerReader.read(document: Array(data.utf8), as: .chat)
        }
        // An end that was announced is no end before the stream's.
        #expect(throws: AnswerError.reported(message: message, type: type)) {
            try Self.read([Self.stop, data])
        }
    }

    @Test("an end that is a failure", arguments: ["error", "abort", "insufficient_system_resource"])
    func failedEnd(name: String) {
        #expect(throws: AnswerError.self) { try Self.read([Self.delta("{}", finish: "\"\(name)\"")]) }
    }

    @Test("nothing counts after the end")
    func afterTheEnd() throws {
        let chunks = try Self.read([Self.stop, Self.usage, "[DONE]", "garbage", ""])
        #expect(chunks.count == 2)
        #expect(chunks.last?.events == [.usage(Self.counted), .finish(.stop)])
    }

    @Test("a chunk goes on as it came; what has no choices, or only others, does not")
    func originals() throws {
        let other = #"{"choices":[{"index":2,"delta":{}}]}"#
        let chunks = try Self.read([#"{"id":"x"}"#, other, Self.stop, "[DONE]"])
        #expect(
            chunks == [
                ModelChunk([], original: OriginalChunk(.chat, json: Array(Self.stop.utf8))),
                ModelChunk([.finish(.stop)]),
            ])
    }

    @Test("ids that vLLM tells, in both APIs")
    func tokenIDs() throws {
        var reader = OpenAIAnswerReader(.chat)
        _ = try reader.append(
            data: Array(
                #"{"prompt_token_ids":[1,2],"choices":[{"index":0,"delta":{"role":"assistant"}}]}"#.utf8))
        #expect(reader.promptTokenIDs == [1, 2])
        _ = try reader.append(data: Array(#"{"choices":[{"index":0,"delta":{},"token_ids":[7,8]}]}"#.utf8))
        #expect(reader.tokenIDs == [7, 8])
        _ = try reader.append(data: Array(Self.stop.utf8))
        #expect(reader.tokenIDs == [])
        #expect(reader.promptTokenIDs == [1, 2])
        reader = OpenAIAnswerReader(.completions)
        let chunk = try reader.append(
            data: Array(#"{"choices":[{"index":0,"text":"a","prompt_token_ids":[3],"token_ids":[9]}]}"#.utf8))
        #expect(chunk?.events == [.text("a")])
        #expect(reader.tokenIDs == [9] && reader.promptTokenIDs == [3])
    }

    @Test("whole answers")
    func documents() throws {
        let chat = #"""
            {"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a",
             "reasoning_content":"r","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},
             {"id":"d","type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":3,"completion_tokens":2}}
            """#
        let chunk = try OpenAIAnswerReader.read(document: Array(chat.utf8), as: .chat)
        #expect(
            chunk.events == [
                .reasoning("r"), .text("a"), .toolCall(index: 0, id: "c", name: "f"),
                .toolArguments(index: 0, "{}"), .toolCall(index: 1, id: "d", name: "f"), .usage(Self.counted),
                .finish(.toolCalls),
            ])
        #expect(chunk.original == OriginalChunk(.chat, json: Array(chat.utf8)))
        let completion = #"""
            {"object":"text_completion","choices":[{"text":"ab","index":0,"finish_reason":"length","logprobs":
             {"tokens":["a","b"],"token_logprobs":[null,-2],"top_logprobs":[null,{"b":-2,"c":-3.5}],"text_offset":[0,1]}}]}
            """#
        #expect(
            try OpenAIAnswerReader.read(document: Array(completion.utf8), as: .completions).events == [
                .text("ab"),
                .logprobs([
                    TokenLogprob(
                        token: "b", logprob: -2,
                        alternatives: [.init(token: "b", logprob: -2), .init(token: "c", logprob: -3.5)])
                ]), .finish(.length),
            ])
        for bad in [
            "", "{}", #"{"choices":[]}"#, #"{"choices":[{"message":{"content":"a"}}]}"#,
            #"{"choices":[{"message":{"tool_calls":[{"id":"c"}]},"finish_reason":"stop"}]}"#,
        ] {
            #expect(throws: AnswerError.self) {
                try OpenAIAnswerReader.read(document: Array(bad.utf8), as: .chat)
            }
        }
    }
}
