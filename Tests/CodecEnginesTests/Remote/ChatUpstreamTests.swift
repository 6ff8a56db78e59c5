import CodecAPI
import CodecClient
import CodecEngines
import CodecMaps
import CodecTesting
import Testing

@Suite("Upstreams asked in text")
struct ChatUpstreamTests {
    static let kinds: [(ScriptedUpstream.Kind, ChatUpstream.Server)] = [
        (.vllm, .vllm), (.sglang, .sglang), (.llama, .llama), (.codec, .codec), (.openai, .openai),
    ]

    static let script = UpstreamScript(
        [.init("Hé"), .init("llo 😀")], reasoning: ["I ", "think"],
        toolCalls: [.init(id: "call_1", name: "look", arguments: ["{\"a\"", ":1}"])])

    static func request(
        _ input: ModelInput = .messages([ModelMessage(.user, text: "Hi")]), isStreamed: Bool = true
    ) -> ModelRequest {
        var request = ModelRequest(model: "theirs", input: input)
        request.isStreamed = isStreamed
        return request
    }

    /// What an answer says, whatever its chunks were.
    private func read(_ stream: ModelStream) async throws -> (
        text: String, thought: String, events: [ModelEvent]
    ) {
        var events: [ModelEvent] = []
        for try await chunk in stream { events += chunk.events }
        var text = ""
        var thought = ""
        for event in events {
            switch event {
            case .text(let more): text += more
            case .reasoning(let more): thought += more
            default: break
            }
        }
        return (text, thought, events)
    }

    @Test(
        "text, thoughts, calls, usage and the end, streamed and whole, however the bytes come",
        arguments: kinds)
    func answers(_ kind: ScriptedUpstream.Kind, _ server: ChatUpstream.Server) async throws {
        for fault in [nil, UpstreamFault.everyByte, .gzip] {
            var script = Self.script
            script.fault = fault
            try await ScriptedUpstream.run(kind, playing: script) { upstream in
                let engine = ChatUpstream(try .to(upstream.url), server, model: "ours")
                for isStreamed in [true, false] {
                    let stream = try await engine.respond(to: Self.request(isStreamed: isStreamed))
                    #expect(stream.degradations == [])
                    let answer = try await read(stream)
                    #expect(answer.text == "Héllo 😀")
                    #expect(answer.thought == "I think")
                    #expect(answer.events.contains(.toolCall(index: 0, id: "call_1", name: "look")))
                    #expect(
                        answer.events.suffix(2) == [
                            .usage(
                                ModelUsage(
                                    inputTokens: 7, outputTokens: 4, cachedTokens: 2, reasoningTokens: 2)),
                            .finish(.toolCalls),
                        ])
                }
                #expect(upstream.requests.map { $0.json["model"]?.string } == ["ours", "ours"])
                #expect(upstream.requests.map { $0.json["stream"]?.bool } == [true, nil])
                #expect(upstream.acceptedConnections <= 2)
                #expect(upstream.cancelledAnswers == 0)
            }
        }
    }

    @Test(
        "every fault is an error, before the stream or in it, and never an end", arguments: kinds,
        [
            UpstreamFault.cut, .noEnd, .malformedJSON, .errorEvent, .hangBeforeHead, .hangMidway, .truncated,
            .status(400), .status(429), .status(500), .status(503), .html(200), .html(502),
        ])
    func faults(_ kind: (ScriptedUpstream.Kind, ChatUpstream.Server), _ fault: UpstreamFault) async throws {
        var script = Self.script
        script.fault = fault
        try await ScriptedUpstream.run(kind.0, playing: script) { upstream in
            let isHang = fault == .hangBeforeHead || fault == .hangMidway
            let patience: Duration = isHang ? .milliseconds(200) : .seconds(60)
            let timeouts = Timeouts(firstByte: patience, idle: patience)
            let engine = ChatUpstream(try .to(upstream.url, timeouts: timeouts), kind.1, model: "ours")
            for isStreamed in [true, false] {
                let error = await #expect(throws: EngineError.self) {
                    _ = try await read(try await engine.respond(to: Self.request(isStreamed: isStreamed)))
                }
                #expect(error?.upstream == "up", "\(String(describing: error))")
            }
            await engine.shutdown()
            try await eventually { upstream.openConnections == 0 }
        }
    }

    @Test("a text goes to a server without completions as a message, and it is remembered")
    func promptAsMessage() async throws {
        try await ScriptedUpstream.run(.openai, hasCompletions: false, playing: .init(text: ["Hi"])) {
            upstream in
            let engine = ChatUpstream(try .to(upstream.url), .openai)
            for _ in 0..<2 {
                let stream = try await engine.respond(to: Self.request(.text("Once")))
                #expect(stream.degradations == ["prompt-as-message"])
                #expect(try await read(stream).text == "Hi")
            }
            #expect(
                upstream.requests.map(\.path) == [
                    "/v1/completions", "/v1/chat/completions", "/v1/chat/completions",
                ])
            await #expect(throws: EngineError.self) {
                try await engine.respond(to: Self.request(.ids([1, 2])))
            }
        }
    }

    @Test("a text and ids go to completions where there are some", arguments: kinds)
    func completions(_ kind: ScriptedUpstream.Kind, _ server: ChatUpstream.Server) async throws {
        try await ScriptedUpstream.run(kind, playing: .init(text: ["Hi", " you"])) { upstream in
            let engine = ChatUpstream(try .to(upstream.url), server)
            for input in [ModelInput.text("Once"), .ids([1, 2])] {
                let stream = try await engine.respond(to: Self.request(input))
                #expect(stream.degradations == [])
                #expect(try await read(stream).text == "Hi you")
            }
            #expect(upstream.requests.map(\.path) == ["/v1/completions", "/v1/completions"])
            #expect(upstream.requests.map { $0.json["prompt"] } == ["Once", [1, 2]])
            #expect(upstream.requests.map { $0.json["model"] } == ["theirs", "theirs"])
        }
    }

    @Test("what is passed on to the same API is what came")
    func original() async throws {
        try await ScriptedUpstream.run(.openai, playing: .init(text: ["Hi"])) { upstream in
            let engine = ChatUpstream(try .to(upstream.url), .openai, model: "ours")
            var request = Self.request()
            request.original = OriginalRequest(
                .chat, ["model": "theirs", "messages": [], "odd": ["kept": 1]])
            for try await chunk in try await engine.respond(to: request)
            where !chunk.events.contains(.finish(.stop)) {
                #expect(chunk.original?.dialect == .chat)
            }
            #expect(upstream.requests.first?.json["odd"] == ["kept": 1])
            #expect(upstream.requests.first?.json["model"] == "ours")
        }
    }

    @Test("tokens are counted by the upstream, or by the map for a text")
    func counting() async throws {
        let map = try RemoteMap.make()
        for (kind, server) in Self.kinds {
            try await ScriptedUpstream.run(kind, map: map, playing: .init(text: [])) { upstream in
                let engine = ChatUpstream(try .to(upstream.url), server, model: "ours", map: map)
                #expect(try await engine.countTokens(of: Self.request(.text("abc"))) == 3)
                #expect(try await engine.countTokens(of: Self.request(.ids([5, 6]))) == 2)
                if kind == .vllm || kind == .llama {
                    #expect(try await engine.countTokens(of: Self.request()) == "user: Hi\n".utf8.count)
                } else {
                    await #expect(throws: EngineError.self) {
                        try await engine.countTokens(of: Self.request())
                    }
                }
            }
        }
    }

    @Test("a stream that is dropped ends the upstream's work")
    func leaving() async throws {
        var script = Self.script
        script.fault = .hangMidway
        try await ScriptedUpstream.run(.vllm, playing: script) { upstream in
            let engine = ChatUpstream(try .to(upstream.url), .vllm)
            do { _ = try await engine.respond(to: Self.request()) }
            try await eventually { upstream.openConnections == 0 && upstream.cancelledAnswers == 1 }
        }
    }
}
