package import CodecEngines
internal import Synchronization

/// The upstreams and models of one configuration, which can be replaced while requests run.
package final class Gateway: Sendable {
    private struct Snapshot: Sendable {
        var configuration: GatewayConfiguration
        var upstreams: [Upstream]
        var models: [ModelRoute]
        var byName: [String: ModelRoute]
    }

    private let factory: UpstreamFactory
    private let clock: RoutingClock
    private let state: Mutex<Snapshot>

    /// - Throws: an upstream's error, when its engine cannot be made: a map that is missing, for instance.
    package init(
        _ configuration: GatewayConfiguration, maps: GatewayMaps = .init(), clock: RoutingClock = .system,
        factory: @escaping UpstreamFactory
    ) throws(EngineError) {
        self.factory = factory
        self.clock = clock
        let empty = Snapshot(
            configuration: GatewayConfiguration(upstreams: []), upstreams: [], models: [], byName: [:])
        state = Mutex(empty)
        try reload(configuration, maps: maps)
    }

    package var configuration: GatewayConfiguration { state.withLock { $0.configuration } }
    package var upstreams: [Upstream] { state.withLock { $0.upstreams } }
    /// In the order of the configuration.
    package var models: [ModelRoute] { state.withLock { $0.models } }

    /// The model of a name or alias; nil = what a request gets that names none. Nil where there is none.
    package func model(named name: String?) -> ModelRoute? {
        state.withLock { state in
            guard let name else { return state.models.first }
            return state.byName[name] ?? state.byName[GatewayConfiguration.Model.anyName]
        }
    }

    /// Whether a model can be served.
    package var isReady: Bool { models.contains(where: \.isReady) }

    /// Takes a new configuration. Requests that run go on where they are; upstreams that are configured as before keep
    /// their connections and their state.
    /// - Throws: an upstream's error, when its engine cannot be made; then nothing has changed.
    package func reload(
        _ configuration: GatewayConfiguration, maps: GatewayMaps = .init()
    ) throws(EngineError) {
        let before = upstreams
        var upstreams: [Upstream] = []
        var made: [Upstream] = []
        for wanted in configuration.upstreams {
            if let same = before.first(where: { $0.configuration == wanted }) {
                upstreams.append(same)
                continue
            }
            do throws(EngineError) {
                let engines = try factory(wanted, maps[wanted.map])
                let upstream = Upstream(wanted, engines: engines, rules: configuration.routing, clock: clock)
                upstreams.append(upstream)
                made.append(upstream)
            } catch {
                for upstream in made { upstream.retire() }
                throw error
            }
        }
        let snapshot = snapshot(configuration, upstreams, maps)
        state.withLock { $0 = snapshot }
        for upstream in upstreams { upstream.follow(configuration.routing) }
        for upstream in made { upstream.startMonitor() }
        for upstream in before where !upstreams.contains(where: { $0 === upstream }) { upstream.retire() }
    }

    private func snapshot(
        _ configuration: GatewayConfiguration, _ upstreams: [Upstream], _ maps: GatewayMaps
    ) -> Snapshot {
        let byUpstream = Dictionary(upstreams.map { ($0.name, $0) }) { first, _ in first }
        var models: [ModelRoute] = []
        var byName: [String: ModelRoute] = [:]
        for model in configuration.servedModels {
            let deployments = model.targets.compactMap { target in
                byUpstream[target.upstream].map { upstream in
                    Deployment(
                        upstream, of: model, target, map: maps[model.map ?? upstream.configuration.map])
                }
            }
            let route = ModelRoute(
                model, deployments: deployments, routing: configuration.routing, clock: clock)
            models.append(route)
            for name in [model.name] + model.aliases where byName[name] == nil { byName[name] = route }
        }
        return Snapshot(configuration: configuration, upstreams: upstreams, models: models, byName: byName)
    }

    /// Ends what runs.
    package func shutdown() async {
        for upstream in upstreams { await upstream.shutdown() }
    }
}
