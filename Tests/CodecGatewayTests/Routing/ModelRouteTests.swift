import CodecAPI
import CodecEngines
import CodecGateway
import CodecMaps
import Testing

@Suite("Requests on their way to an upstream")
struct ModelRouteTests {
    @Test(
        "what another upstream may answer goes to another; the last error stays",
        arguments: [
            EngineError.Code.upstreamUnreachable, .upstreamFailed, .upstreamTimeout, .rateLimited,
            .quotaExceeded, .upstreamUnauthorized, .overloaded, .shuttingDown,
        ])
    func failover(code: EngineError.Code) async throws {
        let bad = PlayedEngine(failing: code, retryAfter: 9)
        let good = PlayedEngine(answering: "fine")
        let test = try TestGateway(["a": bad, "b": good]) {
            $0.upstreams[1].priority = 1
        }
        let trace = RouteTrace()
        let answer = try await RouteTrace.$current.withValue(trace) { try await test.ask() }
        #expect(answer == "fine")
        #expect(trace.upstream == "b" && trace.attempts == 2)
        #expect(bad.requests.count == 1 && good.requests.count == 1)
        good.play { _ throws(EngineError) in throw EngineError(code, "neither", retryAfter: 4) }
        test.time.passSleeps()
        let error = await test.failure()
        #expect(error?.code == code)
        #expect(error?.retryAfter != nil)
    }

    @Test(
        "what every upstream would say goes to nobody else",
        arguments: [
            EngineError.Code.invalidRequest, .contextOverflow, .unsupported, .contentRefused, .modelNotFound,
        ])
    func noFailover(code: EngineError.Code) async throws {
        let other = PlayedEngine(answering: "fine")
        let test = try TestGateway(["a": PlayedEngine(failing: code), "b": other]) {
            $0.upstreams[1].priority = 1
        }
        let error = await test.failure()
        #expect(error?.code == code)
        #expect(error?.upstream == "a")
        #expect(other.requests.isEmpty)
        #expect(test.upstream("a")?.failures == 0)
    }

    @Test("one upstream alone is asked again after a pause, so many times and no more")
    func sameAgain() async throws {
        let engine = PlayedEngine(failing: .upstreamFailed)
        let test = try TestGateway(["a": engine])
        test.time.passSleeps()
        let error = await test.failure()
        #expect(error?.code == .upstreamFailed)
        #expect(engine.requests.count == 3)
        #expect(test.upstream("a")?.running == 0)
        let limited = PlayedEngine(failing: .rateLimited, retryAfter: 5)
        let other = try TestGateway(["a": limited])
        #expect(await other.failure()?.retryAfter == 5)
        #expect(limited.requests.count == 1)
    }

    @Test("a failure after the first chunk is not tried again, and counts")
    func midway() async throws {
        let engine = PlayedEngine { _ in
            [.chunk(ModelChunk([.text("half")])), .fail(EngineError(.upstreamFailed, "cut"))]
        }
        let other = PlayedEngine(answering: "fine")
        let test = try TestGateway(["a": engine, "b": other]) { $0.upstreams[1].priority = 1 }
        let error = await test.failure()
        #expect(error?.message == "cut" && error?.upstream == "a")
        #expect(engine.requests.count == 1 && other.requests.isEmpty)
        #expect(test.upstream("a")?.failures == 1 && test.upstream("a")?.running == 0)
        #expect(test.upstream("a")?.lastError == "cut")
    }

    @Test("an upstream that fails in a row is left alone, tried again, and taken back")
    func ejection() async throws {
        let bad = PlayedEngine(failing: .upstreamUnreachable)
        let good = PlayedEngine(answering: "fine")
        let test = try TestGateway(["a": bad, "b": good]) { $0.upstreams[1].priority = 1 }
        for _ in 0..<5 { #expect(try await test.ask() == "fine") }
        #expect(bad.requests.count == 3)
        test.time.advance(by: .seconds(2))
        for _ in 0..<3 { #expect(try await test.ask() == "fine") }
        #expect(bad.requests.count == 4)
        test.time.advance(by: .seconds(4))
        bad.play { _ in [.chunk(ModelChunk([.text("back"), .finish(.stop)]))] }
        for _ in 0..<3 { #expect(try await test.ask() == "back") }
    }

    @Test("a slot is free again when the answer ends, when its reader leaves, and when it fails")
    func slots() async throws {
        let engine = PlayedEngine { _ in [.chunk(ModelChunk([.text("x")])), .hang] }
        let test = try TestGateway(["a": engine]) {
            $0.upstreams[0].limits.requests = 1
            $0.upstreams[0].limits.waiting = 0
        }
        let route = try #require(test.gateway.model(named: "m"))
        do {
            let stream = try await route.respond(to: ModelRequest(model: "m", input: .text("")))
            #expect(stream.degradations == ["played"])
            #expect(test.upstream("a")?.running == 1)
            let busy = await test.failure()
            #expect(busy?.code == .overloaded && busy?.retryAfter == 1)
        }
        #expect(test.upstream("a")?.running == 0)
        #expect(engine.open == 0)
        engine.play { _ in [.chunk(ModelChunk([.text("x"), .finish(.stop)]))] }
        #expect(try await test.ask() == "x")
        #expect(test.upstream("a")?.running == 0)
    }

    @Test("who waits gets the slot that becomes free; who waits too long gets none")
    func queue() async throws {
        let engine = PlayedEngine(answering: "x")
        let test = try TestGateway(["a": engine]) {
            $0.upstreams[0].limits.requests = 1
            $0.upstreams[0].limits.wait = .seconds(5)
        }
        let route = try #require(test.gateway.model(named: "m"))
        var held: ModelStream? = try await route.respond(to: ModelRequest(model: "m", input: .text("")))
        let waiting = Task { try await test.ask() }
        try await eventually("it waits") { test.upstream("a")?.waiting == 1 }
        _ = held
        held = nil
        #expect(try await waiting.value == "x")

        held = try await route.respond(to: ModelRequest(model: "m", input: .text("")))
        let late = Task { await test.failure() }
        let left = Task { await test.failure() }
        try await eventually("both wait") { test.upstream("a")?.waiting == 2 && test.time.sleepers >= 2 }
        left.cancel()
        #expect(await left.value != nil)
        #expect(test.upstream("a")?.waiting == 1)
        test.time.advance(by: .seconds(5))
        #expect(await late.value?.code == .overloaded)
        #expect(test.upstream("a")?.waiting == 0 && test.upstream("a")?.running == 1)
        _ = held
    }

    @Test("names: the upstream's own, aliases, any name, and defaults where a request says nothing")
    func names() async throws {
        let one = PlayedEngine(answering: "one")
        let any = PlayedEngine(answering: "any")
        let test = try TestGateway(["a": one, "b": any]) {
            var model = GatewayConfiguration.Model(name: "m", targets: [.init(upstream: "a", model: "org/M")])
            model.aliases = ["alias"]
            model.defaults.maxTokens = 7
            model.defaults.temperature = 0.5
            var plain = GatewayConfiguration.Model(name: "plain", targets: [.init(upstream: "b")])
            plain.aliases = ["simple"]
            $0.models = [model, plain, .init(name: "*", targets: [.init(upstream: "b")])]
        }
        #expect(try await test.ask("m") == "one")
        #expect(try await test.ask("alias") == "one")
        #expect(try await test.ask("else") == "any")
        #expect(one.requests.map(\.model) == ["org/M", "org/M"])
        #expect(try await test.ask("simple") == "any")
        #expect(any.requests.map(\.model) == ["else", "plain"])
        var request = ModelRequest(model: "m", input: .text(""))
        request.sampling.temperature = 1
        request.original = OriginalRequest(.chat, try JSONValue(parsing: Array(#"{"temperature":1}"#.utf8)))
        _ = try await test.gateway.model(named: "m")?.respond(to: request)
        let seen = try #require(one.requests.last)
        #expect(seen.maxTokens == 7 && seen.sampling.temperature == 1)
        #expect(seen.original?.body["max_tokens"] == .integer(7))
        #expect(seen.original?.body["temperature"] == .integer(1))
        #expect(try await test.gateway.model(named: nil)?.countTokens(of: request) == 2)
    }

    @Test("a prompt's beginning finds its upstream again")
    func prefix() async throws {
        let engines = ["a": PlayedEngine(answering: "a"), "b": PlayedEngine(answering: "b")]
        let test = try TestGateway(engines) { $0.routing.policy = .prefix }
        var homes: Set<String> = []
        for prompt in 0..<20 {
            let home = try await test.ask("m", "prompt \(prompt)")
            test.time.setChance(Double(prompt) / 20)
            #expect(try await test.ask("m", "prompt \(prompt)") == home)
            homes.insert(home)
        }
        #expect(homes == ["a", "b"])
    }
}
