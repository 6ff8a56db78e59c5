import CodecAPI
import CodecMaps
import Foundation
import Testing

@Suite("Writing answers of chat and completions")
struct AnswerWriterTests {
    static let id = AnswerID(prefix: "x-", created: 7)

    /// What a writer makes of chunks, with the answer's id in a fixed form.
    static func write(_ chunks: [ModelChunk], with writer: some AnswerWriter) -> String {
        var writer = writer
        var output: [UInt8] = []
        writer.begin(into: &output)
        for chunk in chunks { writer.append(chunk, into: &output) }
        return String(decoding: output, as: UTF8.self).replacingOccurrences(of: id.text, with: "ID")
    }

    static func chat(_ chunks: [ModelChunk], usage: Bool = false) -> String {
        write(chunks, with: ChatAnswerWriter(id: id, model: "m", includesUsage: usage))
    }

    static func completion(_ chunks: [ModelChunk], usage: Bool = false) -> String {
        write(chunks, with: CompletionsAnswerWriter(id: id, model: "m", includesUsage: usage))
    }

    static let usage = ModelUsage(inputTokens: 3, outputTokens: 2)
    static let end = ModelChunk([.usage(usage), .finish(.stop)])

    @Test("a chat's events")
    func chatEvents() {
        let head =
            #"data: {"id":"ID","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":"#
        let tail = #","logprobs":null,"finish_reason":null}]}"#
        #expect(
            Self.chat([
                ModelChunk([.reasoning("hm")]), ModelChunk([.text("a\n"), .text("")]),
                ModelChunk([
                    .toolCall(index: 0, id: "c", name: "f"), .toolArguments(index: 0, "{"),
                    .toolArguments(index: 0, "}"), .toolCall(index: 1, id: "d", name: "g"), .text("b"),
                ]), ModelChunk([.toolArguments(index: 1, "{}")]), ModelChunk([.refusal("no")]),
                ModelChunk([.usage(Self.usage), .finish(.toolCalls)]),
            ])
                == """
                \(head){"role":"assistant","content":""}\(tail)

                \(head){"reasoning_content":"hm"}\(tail)

                \(head){"content":"a\\n"}\(tail)

                \(head){"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},\
                {"index":1,"id":"d","type":"function","function":{"name":"g","arguments":""}}]}\(tail)

                \(head){"content":"b"}\(tail)

                \(head){"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}\(tail)

                \(head){"refusal":"no"}\(tail)

                \(head){},"logprobs":null,"finish_reason":"tool_calls"}]}

                data: [DONE]


                """)
    }

    @Test("usage comes last when asked for, and is null before")
    func usage() {
        for text in [Self.chat([Self.end], usage: true), Self.completion([Self.end], usage: true)] {
            let events = text.components(separatedBy: "\n\n")
            #expect(events.dropLast(3).allSatisfy { $0.hasSuffix(#","usage":null}"#) })
            #expect(
                events.suffix(3).first?.hasSuffix(
                    #""choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#)
                    == true)
            #expect(events.suffix(2) == ["data: [DONE]", ""])
        }
        let detailed = ModelUsage(
            inputTokens: 9, outputTokens: 8, cachedTokens: 4, cacheWriteTokens: 2, reasoningTokens: 5)
        #expect(
            Self.chat([ModelChunk([.usage(detailed), .finish(.stop)])], usage: true).contains(
                #""total_tokens":17,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":5}}"#
            ))
    }

    @Test("a completion's events, with logprobs")
    func completionEvents() {
        let head =
            #"data: {"id":"ID","object":"text_completion","created":7,"model":"m","choices":[{"index":0,"text":"#
        let logprob = TokenLogprob(
            token: "ü", logprob: -0.25, alternatives: [TokenLogprob(token: "\"", logprob: -2)])
        #expect(
            Self.completion([
                ModelChunk([.text("ü"), .logprobs([logprob])]), ModelChunk([.text("b")]),
                ModelChunk([.text("ü"), .logprobs([logprob])]), ModelChunk([.finish(.length)]),
            ])
                == """
                \(head)"ü","logprobs":{"tokens":["ü"],"token_logprobs":[-0.25],"top_logprobs":[{"\\"":-2}],\
                "text_offset":[0]},"finish_reason":null}]}

                \(head)"b","logprobs":null,"finish_reason":null}]}

                \(head)"ü","logprobs":{"tokens":["ü"],"token_logprobs":[-0.25],"top_logprobs":[{"\\"":-2}],\
                "text_offset":[1]},"finish_reason":null}]}

                \(head)"","logprobs":null,"finish_reason":"length"}]}

                data: [DONE]


                """)
    }

    @Test("a chat's logprobs stand beside their text")
    func chatLogprobs() {
        let logprob = TokenLogprob(
            token: "a", bytes: [97], logprob: -1.5, alternatives: [TokenLogprob(token: "b", logprob: .nan)])
        #expect(
            Self.chat([ModelChunk([.text("a"), .logprobs([logprob])])]).contains(
                #""delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-1.5,"bytes":[97],"top_logprobs":[{"token":"b","logprob":0,"bytes":null}]}],"refusal":null},"finish_reason":null}]}"#
            ))
    }

    @Test("what an upstream of the same API sent goes on as it came, and is ended here")
    func originals() throws {
        let sent = [
            #"{"id":"up","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"x":1}"#,
            #"{"id":"up","choices":[{"index":0,"delta":{"content":"a"}}]}"#,
            "{\"id\":\"up\",\n\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
        ]
        let usage = #"{"id":"up","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#
        let expected = sent.map { "data: \($0.replacingOccurrences(of: "\n", with: " "))\n\n" }.joined()
        for data in [sent + [usage, "[DONE]"], sent + [usage]] {
            let chunks = try OpenAIAnswerReaderTests.read(data)
            #expect(Self.chat(chunks) == expected + "data: [DONE]\n\n")
            #expect(Self.chat(chunks, usage: true) == expected + "data: \(usage)\n\ndata: [DONE]\n\n")
            // Another API has to be told in its own words.
            #expect(!Self.completion(chunks).contains("delta"))
        }
        // Without a chunk of its own the usage is told by one of ours.
        let combined = [
            #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#
        ]
        let chunks = try OpenAIAnswerReaderTests.read(combined)
        #expect(Self.chat(chunks) == "data: \(combined[0])\n\ndata: [DONE]\n\n")
        #expect(Self.chat(chunks, usage: true).contains(#""choices":[],"usage":{"prompt_tokens":3"#))
    }

    @Test("failures and signs of life", arguments: [Dialect.chat, .completions])
    func failure(dialect: Dialect) {
        var writer: any AnswerWriter =
            dialect == .chat
            ? ChatAnswerWriter(id: Self.id, model: "m", includesUsage: false)
            : CompletionsAnswerWriter(id: Self.id, model: "m", includesUsage: false)
        var output: [UInt8] = []
        writer.keepAlive(into: &output)
        writer.fail(.internalError, into: &output)
        #expect(
            String(decoding: output, as: UTF8.self) == """
                : ping

                data: {"error":{"message":"The server failed to answer; the log has the reason.",\
                "type":"server_error","param":null,"code":"internal_error"}}


                """)
        #expect(!writer.failsCleanly)
    }

    @Test("documents")
    func documents() {
        var chat = ChatAnswerCollector(id: Self.id, model: "m")
        for chunk in [
            ModelChunk([.reasoning("h")]),
            ModelChunk([.reasoning("m"), .toolCall(index: 0, id: "c", name: "f")]),
            ModelChunk([.toolCall(index: 1, id: "d", name: "g"), .toolArguments(index: 0, "{")]),
            ModelChunk([.toolArguments(index: 0, "}"), .usage(Self.usage), .finish(.toolCalls)]),
        ] {
            chat.append(chunk)
        }
        let head =
            #"{"id":"\#(Self.id.text)","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"#
        let usage = #","usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
        #expect(
            String(decoding: chat.document(), as: UTF8.self) == head
                + #""message":{"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"d","type":"function","function":{"name":"g","arguments":""}}]},"logprobs":null,"finish_reason":"tool_calls"}]"#
                + usage)
        var completion = CompletionsAnswerCollector(id: Self.id, model: "m")
        completion.append(ModelChunk([.text("a")]))
        completion.append(ModelChunk([.text("b"), .usage(Self.usage), .finish(.contentFilter)]))
        #expect(
            String(decoding: completion.document(), as: UTF8.self)
                == head.replacingOccurrences(of: "chat.completion", with: "text_completion")
                + #""text":"ab","logprobs":null,"finish_reason":"content_filter"}]"# + usage)
    }

    @Test("an upstream's document of the same API stays as it is; one of another is written anew")
    func originalDocuments() throws {
        let document = #"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],"x":1}"#
        let chunk = try OpenAIAnswerReader.read(document: Array(document.utf8), as: .chat)
        var chat = ChatAnswerCollector(id: Self.id, model: "m")
        chat.append(chunk)
        #expect(chat.document() == Array(document.utf8))
        var completion = CompletionsAnswerCollector(id: Self.id, model: "m")
        completion.append(chunk)
        #expect(try JSONValue(parsing: completion.document())["choices"]?.array?.first?["text"] == "a")
        // The last chunk of a stream is no document.
        var streamed = ChatAnswerCollector(id: Self.id, model: "m")
        for chunk in try OpenAIAnswerReaderTests.read([
            OpenAIAnswerReaderTests.delta(#"{"content":"b"}"#), OpenAIAnswerReaderTests.stop,
            OpenAIAnswerReaderTests.usage,
        ]) {
            streamed.append(chunk)
        }
        #expect(
            try JSONValue(parsing: streamed.document())["choices"]?.array?.first?["message"]?["content"]
                == "b")
    }

    /// What is written is read back as it was, whatever the chunks.
    @Test("written and read again", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var chunks: [ModelChunk] = []
        var callCount = 0
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            var events: [ModelEvent] = []
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                let text = ["a", "ü\"", "\u{1}\n", "𝄞"].randomElement(using: &random) ?? ""
                switch Int.random(in: 0..<5, using: &random) {
                case 0: events.append(.reasoning(text))
                case 1:
                    events.append(.toolCall(index: callCount, id: "c\(callCount)", name: "f"))
                    callCount += 1
                case 2 where callCount > 0:
                    events.append(.toolArguments(index: Int.random(in: 0..<callCount, using: &random), text))
                default: events.append(.text(text))
                }
            }
            chunks.append(ModelChunk(events))
        }
        let reason: ModelFinish = callCount > 0 ? .toolCalls : .length
        chunks.append(ModelChunk([.usage(Self.usage), .finish(reason)]))
        let data = Self.chat(chunks, usage: true).components(separatedBy: "\n\n").dropLast()
            .map { String($0.dropFirst("data: ".count)) }
        let read = try OpenAIAnswerReaderTests.read(data).flatMap(\.events)
        #expect(Summary(read) == Summary(chunks.flatMap(\.events)))
    }

    /// An answer whatever its pieces.
    private struct Summary: Equatable {
        var text = ""
        var reasoning = ""
        var calls: [String] = []
        var last: [ModelEvent]

        init(_ events: [ModelEvent]) {
            last = events.suffix(2)
            for event in events {
                switch event {
                case .text(let more): text += more
                case .reasoning(let more): reasoning += more
                case .toolCall(_, let id, let name): calls.append("\(id) \(name) ")
                case .toolArguments(let index, let more): calls[index] += more
                default: break
                }
            }
        }
    }
}

/// Random numbers that a seed repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
