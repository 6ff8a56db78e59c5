public import CodecMaps

/// Loads a tokenizer map from where a configuration says it is: a file, or a URL with `#sha256:…`.
public typealias MapLoader = @Sendable (_ location: String) async throws -> TokenizerMap

/// The maps that a configuration names, loaded once each.
package struct GatewayMaps: Sendable {
    private var maps: [String: TokenizerMap] = [:]

    /// None.
    package init() {}

    /// - Throws: naming who wants what could not be loaded.
    package init(
        _ configuration: GatewayConfiguration, source: String, load: MapLoader
    ) async throws(ConfigurationError) {
        let wanted =
            configuration.upstreams.map { ("upstream \($0.name)", $0.map) }
            + configuration.models.map { ("model \($0.name)", $0.map) }
        var issues: [ConfigurationError.Issue] = []
        for (owner, location) in wanted {
            guard let location, maps[location] == nil else { continue }
            do {
                maps[location] = try await load(location)
            } catch {
                issues.append(.init("the map of the \(owner), \(location): \(error)"))
            }
        }
        guard issues.isEmpty else { throw ConfigurationError(source: source, issues: issues) }
    }

    subscript(location: String?) -> TokenizerMap? { location.flatMap { maps[$0] } }
}
