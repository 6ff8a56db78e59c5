import CodecAPI
import CodecEngines
import CodecGateway
import Testing

@Suite("Reloading a gateway")
struct ReloadTests {
    @Test(
        "streams go on at an upstream that is gone; it is shut down after them; the others keep their state")
    func reload() async throws {
        let leaving = PlayedEngine { _ in
            [.chunk(ModelChunk([.text("old")])), .chunk(ModelChunk([.finish(.stop)]))]
        }
        let staying = PlayedEngine(answering: "stay")
        let new = PlayedEngine(answering: "new")
        let test = try TestGateway(["leave": leaving, "new": new, "stay": staying]) { configuration in
            configuration.upstreams.removeAll { $0.name == "new" }
            configuration.models = ["leave", "stay"].map {
                .init(name: $0, targets: [.init(upstream: $0)])
            }
        }
        #expect(try await test.ask("stay") == "stay")
        let route = try #require(test.gateway.model(named: "leave"))
        var stream: ModelStream? = try await route.respond(to: ModelRequest(input: .text("")))
        var next = test.gateway.configuration
        next.upstreams[0] = .init(name: "new", kind: .openai, url: "http://h")
        next.models = ["new", "stay"].map { .init(name: $0, targets: [.init(upstream: $0)]) }
        try test.gateway.reload(next)
        #expect(test.gateway.model(named: "leave") == nil)
        #expect(try await test.ask("new") == "new")
        #expect(test.upstream("stay")?.requests == 1)
        #expect(!leaving.isShutDown)
        var text = ""
        if let running = stream {
            for try await chunk in running {
                for case .text(let more) in chunk.events { text += more }
            }
        }
        stream = nil
        #expect(text == "old")
        try await eventually("the old one is shut down") { leaving.isShutDown }
        #expect(!staying.isShutDown)
    }

    @Test("a configuration whose engine cannot be made changes nothing")
    func refused() async throws {
        let engine = PlayedEngine(answering: "fine")
        let test = try TestGateway(["a": engine])
        var next = test.gateway.configuration
        next.upstreams[0].weight = 2
        next.upstreams.append(.init(name: "missing", kind: .openai, url: "http://h"))
        #expect(throws: EngineError.self) { try test.gateway.reload(next) }
        #expect(test.gateway.configuration.upstreams.map(\.weight) == [1])
        #expect(try await test.ask() == "fine")
    }

    @Test("an upstream is ready once it is known to work")
    func readiness() async throws {
        let test = try TestGateway(["a": PlayedEngine(answering: "fine")])
        // The first look at it runs beside.
        try await eventually("it is looked at") { test.gateway.isReady }
        #expect(try await test.ask() == "fine")
    }
}
