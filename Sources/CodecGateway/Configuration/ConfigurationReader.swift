internal import Yams

/// Makes a configuration of a YAML tree.
struct ConfigurationReader {
    /// What paths are relative to.
    let folder: String?
    let environment: [String: String]
    let issues: ConfigurationIssues

    /// Nil where the root is no mapping; every mistake is in `issues`.
    func read(_ root: Node) -> GatewayConfiguration? {
        guard let file = ConfigurationMapping(root, path: "", issues: issues) else { return nil }
        var configuration = GatewayConfiguration(upstreams: upstreams(file))
        configuration.models = models(file, upstreams: configuration.upstreams)
        if let routing = file.mapping("routing") { configuration.routing = self.routing(routing) }
        configuration.keysFile = path(file.string("keys"))
        configuration.store = file.string("store").map { text in
            if case .file(let name) = GatewayConfiguration.Store(text) { return .file(path(name) ?? name) }
            return GatewayConfiguration.Store(text)
        }
        if let limits = file.mapping("limits") {
            configuration.maximumConnections = limits.integer("connections", in: 1...1_000_000)
            configuration.requestBodyLimit = limits.integer("body_bytes", in: 1...(1 << 30))
            limits.finish()
        }
        file.finish()
        return configuration
    }

    // MARK: Upstreams

    private func upstreams(_ file: ConfigurationMapping) -> [GatewayConfiguration.Upstream] {
        let elements = file.list("upstreams")
        if file.isEmpty("upstreams") {
            issues.add("upstreams must list at least one upstream", at: file.node)
        }
        var seen: Set<String> = []
        return elements.compactMap { node, path in
            guard let keys = ConfigurationMapping(node, path: path, issues: issues) else { return nil }
            let upstream = upstream(keys)
            keys.finish()
            guard let upstream else { return nil }
            guard seen.insert(upstream.name).inserted else {
                issues.add(
                    "\(path).name: there is an upstream \"\(upstream.name)\" already", at: keys.value("name"))
                return nil
            }
            return upstream
        }
    }

    private func upstream(_ keys: ConfigurationMapping) -> GatewayConfiguration.Upstream? {
        let name = keys.required("name")
        if let name, !GatewayConfiguration.Upstream.isValid(name: name) {
            issues.add(
                "\(keys.name("name")) must be 1 to 64 letters, digits, dots, hyphens and underscores",
                at: keys.value("name"))
        }
        let kind = keys.choice("kind", of: UpstreamKind.self)
        if keys.value("kind") == nil { _ = keys.required("kind") }
        let url = keys.required("url")
        if let url, let problem = GatewayConfiguration.Upstream.problem(url: url) {
            issues.add("\(keys.name("url")) \(problem)", at: keys.value("url"))
        }
        var upstream = GatewayConfiguration.Upstream(name: name ?? "", kind: kind ?? .openai, url: url ?? "")
        upstream.key = secret(keys, "key_env")
        upstream.map = path(keys.string("map"))
        upstream.chatTemplate = path(keys.string("chat_template"))
        upstream.headers = headers(keys)
        if let timeouts = keys.mapping("timeouts") { upstream.timeouts = self.timeouts(timeouts) }
        if let limits = keys.mapping("limits") { upstream.limits = self.limits(limits) }
        upstream.weight = keys.integer("weight", in: 1...10_000) ?? upstream.weight
        upstream.priority = keys.integer("priority", in: 0...1000) ?? upstream.priority
        upstream.models = keys.strings("models").map(\.text)
        if let inexact = keys.bool("inexact_ids") {
            upstream.allowsInexactIDs = inexact
            if kind != .llama, kind != nil {
                issues.add(
                    "\(keys.name("inexact_ids")) is for the kind llama, whose streams can lose ids",
                    at: keys.value("inexact_ids"))
            }
        }
        if let health = keys.mapping("health") { upstream.health = self.health(health) }
        return name == nil || kind == nil || url == nil ? nil : upstream
    }

    /// The value of the environment's variable that a key names.
    private func secret(_ keys: ConfigurationMapping, _ key: String) -> Secret? {
        guard let variable = keys.string(key) else { return nil }
        guard let value = environment[variable], !value.isEmpty else {
            issues.add(
                "\(keys.name(key)): the environment has no variable \(variable.prefix(60))",
                at: keys.value(key)
            )
            return nil
        }
        guard value.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
            issues.add(
                "\(keys.name(key)): the variable \(variable.prefix(60)) holds what no header can",
                at: keys.value(key))
            return nil
        }
        return Secret(value)
    }

    private func headers(_ keys: ConfigurationMapping) -> [GatewayConfiguration.Upstream.Header] {
        keys.pairs("headers").compactMap { node, name, value in
            guard GatewayConfiguration.Upstream.isValid(header: name) else {
                issues.add("\(keys.name("headers")): \"\(name.prefix(60))\" cannot be set", at: node)
                return nil
            }
            return .init(name: name, value: Secret(value))
        }
    }

    private func timeouts(_ keys: ConfigurationMapping) -> GatewayConfiguration.Upstream.TimeLimits {
        var timeouts = GatewayConfiguration.Upstream.TimeLimits()
        timeouts.connect = keys.duration("connect") ?? timeouts.connect
        timeouts.firstByte = keys.duration("first_byte") ?? timeouts.firstByte
        timeouts.idle = keys.duration("idle") ?? timeouts.idle
        timeouts.total = keys.duration("total")
        keys.finish()
        return timeouts
    }

    private func limits(_ keys: ConfigurationMapping) -> GatewayConfiguration.Upstream.Limits {
        var limits = GatewayConfiguration.Upstream.Limits()
        limits.requests = keys.integer("requests", in: 1...1_000_000)
        limits.waiting = keys.integer("waiting", in: 0...1_000_000) ?? limits.waiting
        limits.wait = keys.duration("wait") ?? limits.wait
        keys.finish()
        return limits
    }

    private func health(_ keys: ConfigurationMapping) -> GatewayConfiguration.Upstream.Health? {
        let path = keys.required("path")
        if let path, !path.hasPrefix("/") {
            issues.add("\(keys.name("path")) must begin with /", at: keys.value("path"))
        }
        let interval = keys.duration("interval")
        keys.finish()
        return path.map { GatewayConfiguration.Upstream.Health(path: $0, interval: interval ?? .seconds(10)) }
    }

    // MARK: Models and routing

    private func models(
        _ file: ConfigurationMapping, upstreams: [GatewayConfiguration.Upstream]
    ) -> [GatewayConfiguration.Model] {
        let known = Dictionary(uniqueKeysWithValues: upstreams.map { ($0.name, $0) })
        var names: Set<String> = []
        return file.list("models").compactMap { node, path in
            guard let keys = ConfigurationMapping(node, path: path, issues: issues) else { return nil }
            defer { keys.finish() }
            let name = keys.required("name")
            var model = GatewayConfiguration.Model(name: name ?? "", targets: targets(keys, upstreams: known))
            let aliases = keys.strings("aliases")
            model.aliases = aliases.map(\.text)
            model.map = self.path(keys.string("map"))
            if let defaults = keys.mapping("defaults") { model.defaults = self.defaults(defaults) }
            let own = name.flatMap { name in keys.value("name").map { (node: $0, text: name) } }
            for (node, text) in [own].compactMap({ $0 }) + aliases where !names.insert(text).inserted {
                issues.add("\(path): there is a model \"\(text.prefix(60))\" already", at: node)
            }
            return name == nil ? nil : model
        }
    }

    private func targets(
        _ keys: ConfigurationMapping, upstreams: [String: GatewayConfiguration.Upstream]
    ) -> [GatewayConfiguration.Model.Target] {
        let elements = keys.list("upstreams")
        if keys.isEmpty("upstreams") { issues.add("\(keys.path) needs upstreams", at: keys.node) }
        return elements.compactMap { node, path in
            guard let target = target(node, path) else { return nil }
            guard let upstream = upstreams[target.upstream] else {
                let names = upstreams.keys.sorted().joined(separator: ", ")
                issues.add(
                    "\(path): there is no upstream \"\(target.upstream.prefix(60))\"; there are: \(names)",
                    at: node)
                return nil
            }
            if let model = target.model, !upstream.models.isEmpty, !upstream.models.contains(model) {
                issues.add(
                    "\(path): the upstream \"\(upstream.name)\" lists no model \"\(model.prefix(60))\"",
                    at: node)
            }
            return target
        }
    }

    /// An upstream's name alone, or a mapping that says more.
    private func target(_ node: Node, _ path: String) -> GatewayConfiguration.Model.Target? {
        if let name = node.scalarText { return GatewayConfiguration.Model.Target(upstream: name) }
        guard let keys = ConfigurationMapping(node, path: path, issues: issues) else { return nil }
        defer { keys.finish() }
        let name = keys.required("upstream")
        let target = GatewayConfiguration.Model.Target(
            upstream: name ?? "", model: keys.string("model"),
            weight: keys.integer("weight", in: 1...10_000), priority: keys.integer("priority", in: 0...1000))
        return name == nil ? nil : target
    }

    private func defaults(_ keys: ConfigurationMapping) -> GatewayConfiguration.Model.Defaults {
        var defaults = GatewayConfiguration.Model.Defaults()
        defaults.maxTokens = keys.integer("max_tokens", in: 1...Int(Int32.max))
        defaults.temperature = keys.number("temperature", in: 0...2)
        defaults.topP = keys.number("top_p", in: 0...1)
        keys.finish()
        return defaults
    }

    private func routing(_ keys: ConfigurationMapping) -> GatewayConfiguration.Routing {
        var routing = GatewayConfiguration.Routing()
        routing.policy = keys.choice("policy", of: GatewayConfiguration.Routing.Policy.self) ?? routing.policy
        routing.attempts = keys.integer("attempts", in: 1...20) ?? routing.attempts
        if let eject = keys.mapping("eject") {
            routing.ejectAfter = eject.integer("after", in: 1...1000) ?? routing.ejectAfter
            routing.ejectFor = eject.duration("for") ?? routing.ejectFor
            routing.ejectAtMost = max(eject.duration("at_most") ?? routing.ejectAtMost, routing.ejectFor)
            eject.finish()
        }
        keys.finish()
        return routing
    }

    private func path(_ text: String?) -> String? {
        guard let text, let folder, !text.hasPrefix("/"), !text.contains("://") else { return text }
        return folder + text
    }
}
