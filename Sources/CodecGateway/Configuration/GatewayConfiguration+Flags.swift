extension GatewayConfiguration {
    /// What `codec serve --upstream KIND=URL …` says: a gateway without a file.
    /// - Parameters:
    ///   - upstreams: each `KIND=URL`; they are called by their kind, the second of a kind `openai-2`.
    ///   - model: the upstream's name of the one model that is served; nil asks for whatever the client says.
    ///   - keyVariable: the environment's variable with the gateway's key for all of them.
    ///   - map: where the map of their vocabulary is.
    /// - Throws: all that is wrong.
    public init(
        flags upstreams: [String], model: String? = nil, keyVariable: String? = nil, map: String? = nil,
        environment: [String: String]
    ) throws(ConfigurationError) {
        var issues: [ConfigurationError.Issue] = []
        var key: Secret?
        if let keyVariable {
            if let value = environment[keyVariable], !value.isEmpty {
                key = Secret(value)
            } else {
                issues.append(.init("the environment has no variable \(keyVariable)"))
            }
        }
        var read: [Upstream] = []
        for text in upstreams {
            do throws(ConfigurationError) {
                var upstream = try Upstream(flag: text, after: read)
                upstream.key = key
                upstream.map = map
                upstream.models = model.map { [$0] } ?? []
                read.append(upstream)
            } catch {
                issues += error.issues
            }
        }
        if upstreams.isEmpty { issues.append(.init("at least one upstream is needed")) }
        guard issues.isEmpty else { throw ConfigurationError(source: "--upstream", issues: issues) }
        self.init(upstreams: read)
    }
}

extension GatewayConfiguration.Upstream {
    /// - Parameter others: those whose names are taken.
    fileprivate init(
        flag text: String, after others: [GatewayConfiguration.Upstream]
    ) throws(ConfigurationError) {
        func failure(_ message: String) -> ConfigurationError {
            ConfigurationError(source: "--upstream", issues: [.init(message)])
        }
        let kinds = UpstreamKind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let equals = text.firstIndex(of: "=") else {
            throw failure("\"\(text.prefix(80))\" must be KIND=URL; kinds: \(kinds)")
        }
        guard let kind = UpstreamKind(rawValue: String(text[..<equals])) else {
            throw failure("\"\(text[..<equals].prefix(40))\" is no kind of upstream; kinds: \(kinds)")
        }
        let url = String(text[text.index(after: equals)...])
        if let problem = Self.problem(url: url) { throw failure("the URL \(problem)") }
        let count = others.count { $0.kind == kind }
        self.init(name: count == 0 ? kind.rawValue : "\(kind.rawValue)-\(count + 1)", kind: kind, url: url)
    }
}
