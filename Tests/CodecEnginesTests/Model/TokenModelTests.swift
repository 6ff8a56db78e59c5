import CodecAPI
import CodecCore
import CodecEngines
import CodecMaps
import CodecTesting
import Testing

@Suite("A token engine that is asked in text")
struct TokenModelTests {
    /// Ids 0 to 255 are bytes (printable ones as themselves), 256 and 257 are the markers of tool calls.
    static func map() throws -> TokenizerMap {
        var tokens: [String] = []
        var other: UInt32 = 256
        for byte in UInt8.min...UInt8.max {
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            let scalar = isPrintable ? Unicode.Scalar(byte) : Unicode.Scalar(other) ?? "?"
            if !isPrintable { other += 1 }
            let text = scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : "\(scalar)"
            tokens.append("\"\(text)\":\(byte)")
        }
        let document = """
            {"id":"test/bytes","version":"2","encoder":"byte_level","vocab_size":258,\
            "vocab":{\(tokens.joined(separator: ","))},"merges":[],\
            "special_tokens":{"<call>":256,"</call>":257},\
            "tool_calling":{"convention":"custom","markers":{"start":"<call>","end":"</call>"}}}
            """
        return try TokenizerMap(parsing: Array(document.utf8))
    }

    static func ids(_ text: String) -> [TokenID] {
        text.utf8.map { $0 == UInt8(ascii: "<") ? 256 : $0 == UInt8(ascii: ">") ? 257 : TokenID($0) }
    }

    static let tool = ModelTool(
        name: "add", kind: .function(parameters: .object([]), isStrict: nil))

    static func answer(
        _ text: String, reason: FinishReason = .endOfSequence, change: (inout ModelRequest) -> Void = { _ in }
    ) async throws -> [ModelChunk] {
        let engine = ScriptedEngine(map: try map(), replaying: ids(text), ending: .success(reason))
        var request = ModelRequest(input: .messages([ModelMessage(.user, text: "hi")]))
        change(&request)
        var chunks: [ModelChunk] = []
        for try await chunk in try await TokenModel(engine).respond(to: request) { chunks.append(chunk) }
        return chunks
    }

    /// "user: hi\n" in bytes.
    static let promptCount = 9

    @Test("text comes a chunk an id that completes a character; usage and the reason come last")
    func text() async throws {
        #expect(
            try await Self.answer("a é") == [
                ModelChunk([.usage(ModelUsage(inputTokens: Self.promptCount, outputTokens: 0))]),
                ModelChunk([.text("a")], ids: [0x61]), ModelChunk([.text(" ")], ids: [0x20]),
                ModelChunk([.text("é")], ids: [0xC3, 0xA9]),
                ModelChunk([
                    .usage(ModelUsage(inputTokens: Self.promptCount, outputTokens: 4)), .finish(.stop),
                ]),
            ])
    }

    @Test(
        "reasons",
        arguments: [
            (FinishReason.length, ModelFinish.length), (.stopSequence, .stopSequence(nil)),
            (.policyViolation, .contentFilter), (.endOfSequence, .stop),
        ])
    func reasons(_ reason: FinishReason, _ finish: ModelFinish) async throws {
        #expect(try await Self.answer("a", reason: reason).last?.events.last == .finish(finish))
    }

    @Test("calls come as calls when tools were offered, and as text when none were")
    func calls() async throws {
        let output = #"x<{"name": "add", "arguments": {"a": 1}}>"#
        let events = try await Self.answer(output) { $0.tools = [Self.tool] }.flatMap(\.events)
        guard case .toolCall(let index, let id, let name) = events.dropFirst(2).first else {
            Issue.record("no call: \(events)")
            return
        }
        #expect(index == 0 && id.hasPrefix("call_") && name == "add")
        #expect(events.contains(.toolArguments(index: 0, #"{"a": 1}"#)))
        #expect(events.last == .finish(.toolCalls))
        // The ids of the call count, though none of them is text.
        #expect(
            events.contains(
                .usage(ModelUsage(inputTokens: Self.promptCount, outputTokens: output.utf8.count))))
        #expect(
            try await Self.answer(output) {
                $0.toolChoice = .never; $0.tools = [Self.tool]
            }.last?.events.last
                == .finish(.stop))
    }

    @Test("what the engine has no place for is refused by its name")
    func refused() async throws {
        let changes: [(String, (inout ModelRequest) -> Void)] = [
            ("logprobs", { $0.topLogprobs = 1 }), ("frequency_penalty", { $0.sampling.frequencyPenalty = 1 }),
            ("tools", { $0.tools = [ModelTool(name: "web_search", kind: .hosted(.null))] }),
            ("messages", { $0.input = .messages([ModelMessage(.user, [.image(ImagePart(url: "data:,"))])]) }),
        ]
        for (field, change) in changes {
            await #expect {
                _ = try await Self.answer("a", change: change)
            } throws: { error in
                (error as? EngineError)?.code == .unsupported && (error as? EngineError)?.parameter == field
            }
        }
    }

    @Test("an engine's failure comes after what it made")
    func failure() async throws {
        let broken = EngineError(.generationFailed, "broken")
        let engine = ScriptedEngine(map: try Self.map(), replaying: Self.ids("ab"), ending: .failure(broken))
        var text = ""
        await #expect(throws: broken) {
            for try await chunk in try await TokenModel(engine).respond(to: ModelRequest(input: .text("p"))) {
                if case .text(let more)? = chunk.events.first { text += more }
            }
        }
        #expect(text == "ab")
    }

    @Test("a dropped stream frees the engine's slot")
    func dropped() async throws {
        let engine = ScriptedEngine(map: try Self.map(), replaying: Array(repeating: 97, count: 100_000))
        var request = ModelRequest(input: .text("p"))
        request.maxTokens = 4000
        do {
            let stream = try await TokenModel(engine).respond(to: request)
            var iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next() != nil)
            #expect(engine.load.busySlots == 1)
        }
        while engine.load.busySlots != 0 { await Task.yield() }
    }
}
