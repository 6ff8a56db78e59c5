import CodecAPI
import CodecEngines
import CodecGateway

/// A gateway before engines that a test plays.
struct TestGateway {
    let gateway: Gateway
    let time: ManualTime

    /// - Parameter engines: by the upstreams' names.
    init(
        _ engines: [String: PlayedEngine], time: ManualTime = ManualTime(),
        configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = GatewayConfiguration(
            upstreams: engines.keys.sorted().map { .init(name: $0, kind: .openai, url: "http://h") })
        configure(&configuration)
        self.time = time
        gateway = try Gateway(configuration, clock: time.clock) { upstream, _ throws(EngineError) in
            guard let engine = engines[upstream.name] else {
                throw EngineError(.modelUnavailable, "no engine \(upstream.name)")
            }
            return engine.engines
        }
    }

    func upstream(_ name: String) -> UpstreamState? {
        gateway.upstreams.first { $0.name == name }?.snapshot
    }

    /// The text that comes.
    func ask(_ model: String = "m", _ text: String = "hi") async throws -> String {
        let request = ModelRequest(model: model, input: .text(text))
        guard let route = gateway.model(named: model) else { throw EngineError(.modelNotFound, model) }
        var answer = ""
        for try await chunk in try await route.respond(to: request) {
            for case .text(let text) in chunk.events { answer += text }
        }
        return answer
    }

    func failure(_ model: String = "m") async -> EngineError? {
        do {
            _ = try await ask(model)
            return nil
        } catch {
            return error as? EngineError
        }
    }
}

/// Waits until something holds that other tasks bring about.
func eventually(_ what: String, _ holds: @Sendable () -> Bool) async throws {
    for _ in 0..<100_000 where !holds() { await Task.yield() }
    guard !holds() else { return }
    for _ in 0..<3000 where !holds() { try await Task.sleep(for: .milliseconds(10)) }
    guard holds() else { throw NeverHeld(what: what) }
}

struct NeverHeld: Error { var what: String }
