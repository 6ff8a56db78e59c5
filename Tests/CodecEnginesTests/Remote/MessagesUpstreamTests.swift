import CodecAPI
import CodecEngines
import CodecMaps
import CodecTesting
import HTTPTypes
import Testing

/// Against a real server that plays Anthropic's API.
@Suite struct MessagesUpstreamTests {
    private static let script = UpstreamScript(
        [.init("Hi"), .init(", ü")], reasoning: ["Hm", "m"],
        toolCalls: [
            .init(id: "toolu_1", name: "f", arguments: [#"{"x":"#, "1}"]),
            .init(id: "toolu_2", name: "g", arguments: ["{}"]),
        ])

    private func withUpstream<Result>(
        _ script: UpstreamScript = script, _ body: (ScriptedUpstream, MessagesUpstream) async throws -> Result
    ) async throws -> Result {
        let server = try await ScriptedUpstream.start(.anthropic, playing: script)
        let connection = try UpstreamConnection(
            UpstreamConfiguration(
                name: "ant", address: UpstreamAddress(server.url), key: "k", keyHeader: .apiKey))
        let engine = MessagesUpstream(connection, model: "theirs")
        do {
            let result = try await body(server, engine)
            await engine.shutdown()
            await server.stop()
            return result
        } catch {
            await engine.shutdown()
            await server.stop()
            throw error
        }
    }

    private static func request(isStreamed: Bool) -> ModelRequest {
        var request = ModelRequest(model: "mine", input: .messages([ModelMessage(.user, text: "Q")]))
        request.isStreamed = isStreamed
        return request
    }

    private func events(_ stream: ModelStream) async throws -> [ModelEvent] {
        var events: [ModelEvent] = []
        for try await chunk in stream { events += chunk.events }
        return events
    }

    @Test(arguments: [true, false]) func anAnswer(isStreamed: Bool) async throws {
        try await withUpstream { server, engine in
            let all = try await events(try await engine.respond(to: Self.request(isStreamed: isStreamed)))
            var (text, reasoning, arguments) = ("", "", ["", ""])
            for event in all {
                switch event {
                case .text(let more): text += more
                case .reasoning(let more): reasoning += more
                case .toolArguments(let index, let more): arguments[index] += more
                default: break
                }
            }
            #expect(text == "Hi, ü" && reasoning == "Hmm" && arguments == [#"{"x":1}"#, "{}"])
            #expect(all.contains(.reasoningSignature("c2ln")))
            #expect(all.contains(.toolCall(index: 1, id: "toolu_2", name: "g")))
            #expect(all.last == .finish(.toolCalls))
            let sent = try #require(server.requests.first)
            #expect(sent.path == "/v1/messages" && sent.header("x-api-key") == "k")
            #expect(sent.header("anthropic-version") == "2023-06-01" && sent.header("authorization") == nil)
            #expect(
                sent.json["model"]?.string == "theirs"
                    && sent.json["stream"]?.bool == (isStreamed ? true : nil))
        }
    }

    @Test func aRequestOfTheSameAPIGoesOnWithItsHeaders() async throws {
        try await withUpstream { server, engine in
            var headers = HTTPFields()
            for (name, value) in [("anthropic-beta", "b1,b2"), ("anthropic-version", "2026-10-21")] {
                if let name = HTTPField.Name(name) { headers[name] = value }
            }
            let request = try MessagesRequestReader.read(
                Array(
                    #"{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"Q","cache_control":{"type":"ephemeral"}}]}]}"#
                        .utf8), headers: headers)
            var writer = MessagesAnswerWriter(id: "ours", model: "ours")
            var output: [UInt8] = []
            for try await chunk in try await engine.respond(to: request) {
                writer.append(chunk, into: &output)
            }
            // The upstream's own message, event for event.
            #expect(String(decoding: output, as: UTF8.self).contains(#""id":"msg_1""#))
            let sent = try #require(server.requests.first)
            #expect(
                sent.header("anthropic-beta") == "b1,b2" && sent.header("anthropic-version") == "2026-10-21")
            #expect(sent.json["messages"]?.array?.first?["content"]?.array?.first?["cache_control"] != nil)
        }
    }

    @Test func aCount() async throws {
        try await withUpstream { server, engine in
            let count = try await engine.countTokens(of: Self.request(isStreamed: false))
            #expect(count == 7)
            #expect(server.requests.first?.path == "/v1/messages/count_tokens")
            #expect(server.requests.first?.json["max_tokens"] == nil)
        }
    }

    @Test func whatTheAPIHasNoPlaceForIsNotAsked() async throws {
        try await withUpstream { server, engine in
            var request = Self.request(isStreamed: true)
            request.topLogprobs = 1
            let error = await #expect(throws: EngineError.self) { _ = try await engine.respond(to: request) }
            #expect(error?.code == .unsupported && error?.parameter == "logprobs" && error?.upstream == "ant")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func whatIsLeftOutIsNamed() async throws {
        try await withUpstream { _, engine in
            var request = Self.request(isStreamed: true)
            request.sampling.seed = 1
            let stream = try await engine.respond(to: request)
            #expect(stream.degradations == ["seed-dropped"])
        }
    }

    /// Each fault is an error that names the upstream, before the answer or in it; none is a whole answer.
    @Test(
        arguments: [
            (.status(400), .invalidRequest), (.status(401), .upstreamUnauthorized),
            (.status(429), .rateLimited),
            (.status(500), .upstreamFailed), (.status(529), .modelUnavailable), (.html(200), .upstreamFailed),
            (.html(502), .upstreamFailed), (.noEnd, .upstreamFailed), (.malformedJSON, .upstreamFailed),
            (.errorEvent, .upstreamFailed), (.cut, nil), (.truncated, nil),
        ] as [(UpstreamFault, EngineError.Code?)], [true, false])
    func faults(fault: (UpstreamFault, EngineError.Code?), isStreamed: Bool) async throws {
        var script = Self.script
        script.fault = fault.0
        try await withUpstream(script) { _, engine in
            let error = await #expect(throws: EngineError.self) {
                _ = try await events(try await engine.respond(to: Self.request(isStreamed: isStreamed)))
            }
            #expect(error?.upstream == "ant")
            if let code = fault.1 { #expect(error?.code == code) }
        }
    }

    /// What is odd and yet whole changes nothing.
    @Test(arguments: [UpstreamFault.everyByte, .gzip, .slow(milliseconds: 1)], [true, false])
    func oddities(fault: UpstreamFault, isStreamed: Bool) async throws {
        let plain = try await withUpstream { _, engine in
            try await events(try await engine.respond(to: Self.request(isStreamed: isStreamed)))
        }
        var script = Self.script
        script.fault = fault
        let odd = try await withUpstream(script) { _, engine in
            try await events(try await engine.respond(to: Self.request(isStreamed: isStreamed)))
        }
        #expect(odd == plain)
    }
}
