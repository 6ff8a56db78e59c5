import ArgumentParser
import CodecClient
import CodecMaps

/// `--map MAP`: where a vocabulary comes from.
struct MapArgument: ParsableArguments {
    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "A map file (.json, .json.gz), a model's own tokenizer file, or a URL with #sha256:….",
            valueName: "map"))
    var source: String
    @Flag(
        name: .customLong("map-as-written"),
        help:
            "Obey a map file to the letter, even a published one that is known to give other ids than its model."
    )
    var isAsWritten = false

    func load() async throws -> TokenizerMap {
        try await loadMap(source, corrections: isAsWritten ? .none : .applied)
    }
}

/// Loads a map from a file, or from an address that ends with its hash.
/// - Parameter cache: where compiled maps are kept; nil to read and compile the file itself.
func loadMap(
    _ source: String, cache: CompiledMapCache? = .standard, corrections: TokenizerMap.Corrections = .applied
) async throws -> TokenizerMap {
    guard source.hasPrefix("https://") || source.hasPrefix("http://") else {
        do {
            return try TokenizerMap.load(path: source, cache: cache, corrections: corrections)
        } catch {
            throw Failure(naming: source, error)
        }
    }
    guard corrections == .applied else {
        throw Failure("only a map file can be taken as it is written, not an address")
    }
    let reference = try MapReference(source)
    guard let hash = reference.hash else {
        throw Failure("the address of a map must end with its hash: \(source)#sha256:…")
    }
    do {
        return try await Discovery(originOf: reference.location).map(url: reference.location, hash: hash)
    } catch {
        throw Failure(naming: reference.location, error)
    }
}
