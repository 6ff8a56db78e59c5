import CodecGateway
import CodecMaps
import Foundation

/// Whether a gateway's configuration is right, and whether its upstreams answer.
enum GatewayChecks {
    static func run(file: String) async -> [DoctorCheck] {
        let configuration: GatewayConfiguration
        do {
            configuration = try GatewayConfiguration(
                file: file, environment: ProcessInfo.processInfo.environment)
        } catch {
            return [.fail("configuration", "\(error)", hint: "docs/gateway.md lists every key.")]
        }
        var checks = [
            DoctorCheck.ok(
                "configuration",
                "\(file): \(configuration.upstreams.count) upstreams, \(configuration.servedModels.count) models"
            )
        ]
        if let keys = configuration.keysFile { checks.append(self.keys(keys)) }
        for model in configuration.models {
            if let map = model.map { checks.append(await self.map(map, of: "model \(model.name)")) }
        }
        for upstream in configuration.upstreams {
            checks.append(await answer(of: upstream, askedFor: configuration.models))
            if let map = upstream.map { checks.append(await self.map(map, of: upstream.name)) }
        }
        return checks
    }

    private static func keys(_ file: String) -> DoctorCheck {
        do {
            let keys = try CallerKeys(file: file)
            return .ok("keys", "\(file): \(keys.all.count)")
        } catch {
            return .fail("keys", "\(error)", hint: "Make the file with `codec keys new`.")
        }
    }

    private static func map(_ location: String, of owner: String) async -> DoctorCheck {
        do {
            let map = try await loadMap(location)
            return .ok("map of \(owner)", "\(map.id) \(map.hash)")
        } catch {
            return .fail("map of \(owner)", "\(error)", hint: "Without it no ids are told, only text.")
        }
    }

    /// - Parameter models: what is configured to be served; an upstream must know those that it is asked for.
    private static func answer(
        of upstream: GatewayConfiguration.Upstream, askedFor models: [GatewayConfiguration.Model]
    ) async -> DoctorCheck {
        let routed = models.filter { $0.name != GatewayConfiguration.Model.anyName }.flatMap { model in
            model.targets.filter { $0.upstream == upstream.name }.map { $0.model ?? model.name }
        }
        // llama-server has one model, whatever it is asked for.
        let names = upstream.kind == .llama ? upstream.models : upstream.models + routed
        let name = "upstream \(upstream.name)"
        switch await UpstreamProbe.run(upstream) {
        case .lists(let models):
            let missing = Set(names).subtracting(models).sorted()
            guard missing.isEmpty else {
                return .warn(
                    name, "\(upstream.shownURL) does not list \(missing.joined(separator: ", "))",
                    hint: "It lists: \(models.prefix(20).joined(separator: ", "))")
            }
            return .ok(
                name,
                "\(upstream.kind.rawValue) at \(upstream.shownURL): \(models.count) of its models listed")
        case .answers:
            return .warn(
                name, "\(upstream.shownURL) answers, but lists no models",
                hint: "Its models cannot be checked.")
        case .refusesKey(let message):
            return .fail(name, message, hint: "Check the variable that key_env names.")
        case .fails(let message):
            return .fail(name, message, hint: "Check url, and whether the server runs.")
        }
    }
}
