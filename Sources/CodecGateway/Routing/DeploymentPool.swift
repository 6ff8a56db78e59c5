internal import CodecEngines

/// The upstreams of one model, and how a request finds its way to one that answers.
struct DeploymentPool: Sendable {
    let model: String
    var deployments: [Deployment]
    let routing: GatewayConfiguration.Routing
    let clock: RoutingClock

    /// How long to leave an upstream alone before the same request asks it again.
    private static let firstPause: Duration = .milliseconds(50)

    /// Asks one upstream after another until one answers; an error that others would answer alike ends it.
    /// - Parameters:
    ///   - prefix: the hash of the prompt's beginning, where the policy wants to know.
    ///   - ask: returns with the answer's beginning at hand.
    /// - Throws: the last upstream's error.
    func ask<Answer: Sendable>(
        prefix: UInt64?, _ ask: @Sendable (Deployment) async throws(EngineError) -> Answer
    ) async throws(EngineError) -> (answer: Answer, ticket: UpstreamTicket) {
        var tried: Set<Int> = []
        var last: EngineError?
        for attempt in 0..<max(1, routing.attempts) {
            guard let index = next(after: last, tried: tried, prefix: prefix) else { break }
            if tried.contains(index) { await pause(before: attempt) }
            let deployment = deployments[index]
            tried.insert(index)
            do throws(EngineError) {
                let ticket = try await deployment.upstream.admit()
                return (try await self.ask(deployment, ticket, ask), ticket)
            } catch {
                guard !Task.isCancelled, Self.mayAskAnother(after: error) else { throw error }
                last = error
            }
        }
        throw last ?? EngineError(.overloaded, "All upstreams of the model \(model) are busy.", retryAfter: 1)
    }

    private func ask<Answer: Sendable>(
        _ deployment: Deployment, _ ticket: UpstreamTicket,
        _ ask: @Sendable (Deployment) async throws(EngineError) -> Answer
    ) async throws(EngineError) -> Answer {
        RouteTrace.current?.note(deployment.upstream.name)
        do throws(EngineError) {
            let answer = try await ask(deployment)
            ticket.begun()
            return answer
        } catch {
            var error = error
            if error.upstream == nil { error.upstream = deployment.upstream.name }
            ticket.failed(error)
            throw error
        }
    }

    /// One that was not asked yet; else, where that may help, one that was.
    private func next(after last: EngineError?, tried: Set<Int>, prefix: UInt64?) -> Int? {
        let candidates = deployments.map(\.candidate)
        let fresh = candidates.indices.filter { !tried.contains($0) }
        let choice = UpstreamChoice(routing.policy)
        if let place = choice.pick(fresh.map { candidates[$0] }, prefix: prefix, chance: clock.chance()) {
            return fresh[place]
        }
        guard let last, Self.mayAskAgain(after: last) else { return nil }
        return choice.pick(candidates, prefix: prefix, chance: clock.chance())
    }

    /// Twice as long each time, and up to half of that more, so that many do not come back together.
    private func pause(before attempt: Int) async {
        let pause = Self.firstPause * (1 << min(attempt, 10))
        try? await clock.sleep(pause + pause * (clock.chance() / 2))
    }

    /// Whether another upstream may answer what this one did not.
    static func mayAskAnother(after error: EngineError) -> Bool {
        switch error.code {
        case .rateLimited, .overloaded, .quotaExceeded, .upstreamTimeout, .upstreamUnauthorized: true
        default: mayAskAgain(after: error)
        }
    }

    /// Whether the same upstream may do better at once.
    static func mayAskAgain(after error: EngineError) -> Bool {
        switch error.code {
        case .upstreamUnreachable, .upstreamFailed, .generationFailed, .modelUnavailable, .shuttingDown: true
        default: false
        }
    }
}
