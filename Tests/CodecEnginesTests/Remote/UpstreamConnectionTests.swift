import CodecClient
import CodecEngines
import CodecTesting
import NIOCore
import Testing

@Suite("Connections to upstreams")
struct UpstreamConnectionTests {
    @Test(
        "an address with and without a version, with a path and a query",
        arguments: [
            ("", "/v1/models", "/health"), ("/", "/v1/models", "/health"), ("/v1", "/v1/models", "/health"),
            ("/v1/", "/v1/models", "/health"), ("/llm", "/llm/v1/models", "/llm/health"),
            ("/llm/v1?a=b", "/llm/v1/models?a=b", "/llm/health?a=b"),
            ("/v1beta/openai", "/v1beta/openai/models", "/health"), ("?a=b", "/v1/models?a=b", "/health?a=b"),
        ])
    func addresses(suffix: String, api: String, root: String) async throws {
        try await ScriptedUpstream.run(.openai, playing: .init(text: [])) { upstream in
            let connection = try UpstreamConnection.to(upstream.url + suffix)
            _ = try await connection.send(UpstreamRequest(.api("models")))
            _ = try await connection.send(UpstreamRequest(.root("health")))
            #expect(upstream.requests.map(\.path) == [api, root])
        }
    }

    @Test("the key goes where the kind of server wants it")
    func keys() async throws {
        try await ScriptedUpstream.run(.openai, playing: .init(text: [])) { upstream in
            for header in [UpstreamConfiguration.KeyHeader.bearer, .apiKey] {
                let connection = try UpstreamConnection.to(upstream.url, key: "k1", keyHeader: header)
                _ = try await connection.document(UpstreamRequest(.api("models")))
            }
            #expect(upstream.requests.map { $0.header("authorization") } == ["Bearer k1", nil])
            #expect(upstream.requests.map { $0.header("x-api-key") } == [nil, "k1"])
        }
        #expect(throws: EngineError.self) {
            try UpstreamConnection.to("http://127.0.0.1:1", key: "a\r\nb")
        }
    }

    @Test("a connection is used again after a document, a refusal and a stream that was read to its end")
    func reuse() async throws {
        try await ScriptedUpstream.run(.openai, playing: .init(text: ["a", "b"])) { upstream in
            let connection = try UpstreamConnection.to(upstream.url)
            let chat = Array(#"{"stream":true}"#.utf8)
            for _ in 0..<5 {
                _ = try await connection.document(UpstreamRequest(.api("models")))
                await #expect(throws: EngineError.self) {
                    try await connection.document(UpstreamRequest(.api("nothing")))
                }
                var events = try await connection.events(
                    UpstreamRequest(.api("chat/completions"), body: chat))
                while try await events.next() != nil {}
            }
            #expect(upstream.requests.count == 15)
            // One may still be on its way back when the next request asks for it.
            #expect(upstream.acceptedConnections <= 3)
            #expect(upstream.cancelledAnswers == 0)
        }
    }

    @Test("dropping a stream, and cancelling who reads it, closes the connection", arguments: [false, true])
    func leaving(cancels: Bool) async throws {
        let script = UpstreamScript(text: ["a", "b", "c", "d"], fault: .hangMidway)
        try await ScriptedUpstream.run(.openai, playing: script) { upstream in
            let connection = try UpstreamConnection.to(upstream.url)
            let reading = Task {
                var events = try await connection.events(
                    UpstreamRequest(.api("chat/completions"), body: Array(#"{"stream":true}"#.utf8)))
                _ = try await events.next()
                if cancels { while try await events.next() != nil {} }
            }
            if cancels {
                try await eventually { upstream.openConnections == 1 && !upstream.requests.isEmpty }
                reading.cancel()
            }
            let result = await reading.result
            if cancels { #expect(throws: EngineError.self) { try result.get() } }
            try await eventually { upstream.openConnections == 0 && upstream.cancelledAnswers == 1 }
        }
    }

    @Test(
        "each fault before an answer has its code",
        arguments: [
            (UpstreamFault.status(400), EngineError.Code.invalidRequest), (.status(413), .invalidRequest),
            (.status(422), .invalidRequest), (.status(401), .upstreamUnauthorized),
            (.status(403), .upstreamUnauthorized), (.status(404), .upstreamFailed),
            (.status(429), .rateLimited),
            (.status(500), .upstreamFailed), (.status(503), .modelUnavailable), (.html(200), .upstreamFailed),
            (.html(502), .upstreamFailed), (.hangBeforeHead, .upstreamTimeout),
        ])
    func refusals(fault: UpstreamFault, code: EngineError.Code) async throws {
        for kind in ScriptedUpstream.Kind.allCases {
            try await ScriptedUpstream.run(kind, playing: .init(text: ["a"], fault: fault)) { upstream in
                let connection = try UpstreamConnection.to(
                    upstream.url,
                    timeouts: .init(firstByte: fault == .hangBeforeHead ? .milliseconds(100) : .seconds(60)))
                let path = kind == .anthropic ? "messages" : "chat/completions"
                let error = await #expect(throws: EngineError.self) {
                    try await connection.events(
                        UpstreamRequest(.api(path), body: Array(#"{"stream":true}"#.utf8)))
                }
                #expect(error?.code == code, "\(kind)")
                #expect(error?.upstream == "up")
                if case .status(let status) = fault, status == 429 || status == 503 {
                    #expect(error?.retryAfter == 7)
                }
                if code == .invalidRequest { #expect(error?.message.contains("scripted") == true) }
            }
        }
    }

    @Test("nobody listens")
    func refused() async throws {
        let connection = try UpstreamConnection.to(try await ScriptedUpstream.refusedURL())
        let error = await #expect(throws: EngineError.self) {
            try await connection.document(UpstreamRequest(.api("models")))
        }
        #expect(error?.code == .upstreamUnreachable)
    }

    @Test(
        "each fault in a stream ends it with its code",
        arguments: [
            (UpstreamFault.cut, EngineError.Code.upstreamFailed), (.truncated, .upstreamFailed),
            (.hangMidway, .upstreamTimeout),
        ])
    func streamFaults(fault: UpstreamFault, code: EngineError.Code) async throws {
        try await ScriptedUpstream.run(.openai, playing: .init(text: ["a", "é", "c"], fault: fault)) {
            upstream in
            let connection = try UpstreamConnection.to(
                upstream.url, timeouts: .init(idle: .milliseconds(100)))
            let error = await #expect(throws: EngineError.self) {
                var events = try await connection.events(
                    UpstreamRequest(.api("chat/completions"), body: Array(#"{"stream":true}"#.utf8)))
                while try await events.next() != nil {}
            }
            #expect(error?.code == code)
            try await eventually { upstream.openConnections == 0 }
        }
    }

    @Test("a body, an event and an answer's time have limits")
    func limits() async throws {
        let script = UpstreamScript(
            text: [String(repeating: "a", count: 10_000)], fault: .slow(milliseconds: 20))
        let cases: [(UpstreamLimits, EngineError.Code)] = [
            (.init(answerBytes: 5000), .upstreamFailed), (.init(eventBytes: 5000), .upstreamFailed),
            (.init(time: .milliseconds(1)), .upstreamTimeout),
        ]
        try await ScriptedUpstream.run(.openai, playing: script) { upstream in
            for (limits, code) in cases {
                let connection = try UpstreamConnection.to(upstream.url, limits: limits)
                let error = await #expect(throws: EngineError.self) {
                    var events = try await connection.events(
                        UpstreamRequest(.api("chat/completions"), body: Array(#"{"stream":true}"#.utf8)))
                    while try await events.next() != nil {}
                }
                #expect(error?.code == code)
            }
        }
    }

    @Test("after the shutdown nothing is sent, and what runs has ended")
    func shutdown() async throws {
        try await ScriptedUpstream.run(.openai, playing: .init(text: ["a", "b"], fault: .hangMidway)) {
            upstream in
            let connection = try UpstreamConnection.to(upstream.url)
            var events = try await connection.events(
                UpstreamRequest(.api("chat/completions"), body: Array(#"{"stream":true}"#.utf8)))
            await connection.shutdown()
            do throws(EngineError) {
                while try await events.next() != nil {}
                Issue.record("the stream ended cleanly")
            } catch {
                #expect(error.code == .shuttingDown)
            }
            await #expect(
                throws: EngineError(.shuttingDown, "The upstream up was shut down.", upstream: "up")
            ) {
                try await connection.document(UpstreamRequest(.api("models")))
            }
        }
    }
}
