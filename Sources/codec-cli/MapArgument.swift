import ArgumentParser
import CodecClient
import CodecMaps

/// `--map MAP`: where a vocabulary comes from.
struct MapArgument: ParsableArguments {
    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "A map file (.json, .json.gz), a GGUF file, or a URL with #sha256:….", valueName: "map"))
    var source: String

    func load() async throws -> TokenizerMap {
        try await loadMap(source)
    }
}

/// Loads a map from a file, or from an address that ends with its hash.
/// - Parameter cache: where compiled maps are kept; nil to read and compile the file itself.
func loadMap(_ source: String, cache: CompiledMapCache? = .standard) async throws -> TokenizerMap {
    guard source.hasPrefix("https://") || source.hasPrefix("http://") else {
        do {
            return try TokenizerMap.load(path: source, cache: cache)
        } catch {
            throw Failure(naming: source, error)
        }
    }
    let reference = try MapReference(source)
    guard let hash = reference.hash else {
        throw Failure("the address of a map must end with its hash: \(source)#sha256:…")
    }
    return try await CodecClient(baseURL: reference.location).map(url: reference.location, hash: hash)
}
