internal import CodecEngines

/// One look at an upstream. Where the operator has configured none, it is looked at only until it works: for `/ready`.
struct HealthCheck: Sendable {
    private static let interval: Duration = .seconds(5)

    private let configuration: GatewayConfiguration.Upstream
    private let engines: UpstreamEngines
    private let isDue: Bool
    private let note: @Sendable (String?) -> Void
    let clock: RoutingClock

    init(of upstream: Upstream) {
        configuration = upstream.configuration
        engines = upstream.engines
        clock = upstream.clock
        isDue = upstream.configuration.health != nil || upstream.snapshot.isWorking != true
        note = { [weak upstream] in upstream?.noteHealth($0) }
    }

    var interval: Duration { configuration.health?.interval ?? Self.interval }

    func run() async {
        guard isDue else { return }
        do throws(EngineError) {
            try await engines.check(configuration.health?.path)
            note(nil)
        } catch {
            if !Task.isCancelled { note(error.message) }
        }
    }
}
