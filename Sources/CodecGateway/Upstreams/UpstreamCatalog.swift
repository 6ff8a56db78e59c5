package import CodecEngines

/// Which models an upstream has: asked when somebody first wants to know, and kept some time.
package actor UpstreamCatalog {
    typealias Answer = Result<[ListedModel], EngineError>

    /// How long a list is taken for true. After that it still serves while a newer one is asked for.
    private static let lifetime: Duration = .seconds(30)
    /// How long an upstream that could not tell is not asked again.
    private static let rest: Duration = .seconds(2)
    /// How long anybody waits for a list.
    private static let limit: Duration = .seconds(30)

    private let upstream: String
    private let list: @Sendable () async throws(EngineError) -> [ListedModel]
    private let clock: RoutingClock
    private var known: (answer: Answer, until: ContinuousClock.Instant)?
    private var asking: Task<Answer, Never>?

    init(
        of upstream: String, clock: RoutingClock,
        list: @escaping @Sendable () async throws(EngineError) -> [ListedModel]
    ) {
        self.upstream = upstream
        self.clock = clock
        self.list = list
    }

    /// - Throws: why the upstream does not tell.
    package func models() async throws(EngineError) -> [ListedModel] {
        guard let known else { return try await ask().value.get() }
        if clock.now() < known.until { return try known.answer.get() }
        let task = ask()
        if case .success(let models) = known.answer { return models }
        return try await task.value.get()
    }

    /// One question at a time, however many want to know.
    private func ask() -> Task<Answer, Never> {
        if let asking { return asking }
        let task = Task { await answer() }
        asking = task
        return task
    }

    private func answer() async -> Answer {
        let answer = await bounded()
        asking = nil
        switch (answer, known?.answer) {
        // That it cannot be asked now takes no models from it.
        case (.failure, .success(let models)?):
            known = (.success(models), clock.now() + Self.rest)
            return .success(models)
        case (.failure, _): known = (answer, clock.now() + Self.rest)
        case (.success, _): known = (answer, clock.now() + Self.lifetime)
        }
        return answer
    }

    private func bounded() async -> Answer {
        let late = EngineError(
            .upstreamTimeout, "\(upstream) does not tell in time which models it has.", upstream: upstream)
        return await withTaskGroup(of: Answer.self) { [list, clock] tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                do throws(EngineError) { return .success(try await list()) } catch { return .failure(error) }
            }
            tasks.addTask {
                try? await clock.sleep(Self.limit)
                return .failure(late)
            }
            return await tasks.next() ?? .failure(late)
        }
    }
}
