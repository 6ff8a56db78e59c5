import ArgumentParser
import CodecGateway
import CodecServer
import Foundation

/// Other servers that answer in place of a model in this process.
struct UpstreamOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A server to stand before: vllm, sglang, llama, codec, openai or anthropic, and its address. May be given several times.",
            valueName: "kind=url"))
    var upstream: [String] = []
    @Option(
        help: ArgumentHelp(
            "The one model that is served; any that clients name unless given.", valueName: "name"))
    var upstreamModel: String?
    @Option(
        help: ArgumentHelp(
            "The environment's variable that holds the key for the upstreams.", valueName: "variable"))
    var upstreamKeyEnv: String?
    @Option(
        help: ArgumentHelp(
            "A file with upstreams, models and rules (docs/gateway.md). SIGHUP reads it again.",
            valueName: "yaml"))
    var config: String?

    func validate() throws {
        guard config == nil || upstream.isEmpty else {
            throw ValidationError("--config and --upstream exclude each other")
        }
        if upstream.isEmpty, upstreamModel != nil || upstreamKeyEnv != nil {
            throw ValidationError("--upstream-model and --upstream-key-env need --upstream")
        }
    }

    var isGiven: Bool { config != nil || !upstream.isEmpty }

    /// - Parameters:
    ///   - map: where the vocabulary's map is, for upstreams that are given as flags.
    ///   - fronts: what comes before what a file says.
    func configuration(map: String?, fronts: FrontOptions) throws -> GatewayConfiguration {
        let environment = ProcessInfo.processInfo.environment
        var configuration =
            if let config {
                try GatewayConfiguration(file: config, environment: environment)
            } else {
                try GatewayConfiguration(
                    flags: upstream, model: upstreamModel, keyVariable: upstreamKeyEnv, map: map,
                    environment: environment)
            }
        configuration.keysFile = fronts.keys ?? configuration.keysFile
        configuration.store = fronts.store.map(GatewayConfiguration.Store.init) ?? configuration.store
        return configuration
    }
}

extension GatewayConfiguration {
    /// Nil where everybody is let in.
    func callerKeys() throws -> CallerKeys? { try keysFile.map { try CallerKeys(file: $0) } }

    /// - Throws: `ConfigurationError`, or `Failure` for a file that cannot be read.
    init(file: String, environment: [String: String]) throws {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        self = try GatewayConfiguration(
            yaml: try WholeFile.read(file, upTo: GatewayConfiguration.maximumBytes), source: file,
            folder: folder.hasSuffix("/") ? folder : folder + "/", environment: environment)
    }
}
