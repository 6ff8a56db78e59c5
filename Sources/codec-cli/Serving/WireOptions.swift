import ArgumentParser
import CodecCompression
import CodecCore
import CodecMaps
import CodecServer
import Foundation

/// What makes a server's answers small: dictionaries and a rank table.
struct WireOptions: ParsableArguments {
    @Option(
        name: .customLong("zstd-dict"),
        help: ArgumentHelp(
            """
            A dictionary for zstd; may be given several times. msgpack= or protobuf= in front may be left out when the \
            map lists it. Also: CODEC_ZSTD_DICT_MSGPACK_PATH, CODEC_ZSTD_DICT_MSGPACK_URL, and so for PROTOBUF.
            """, valueName: "[format=]file|url#sha256:…"))
    var dictionaries: [String] = []
    @Option(help: ArgumentHelp("A rank table for the compact format.", valueName: "file|url#sha256:…"))
    var rankTable: String?
    @Flag(help: "Fetch the dictionaries and the rank table that the map lists, too.")
    var mapAssets = false

    @Option(
        help: ArgumentHelp(
            "Measured sizes (JSON) to choose encodings by, in place of ours.", valueName: "file"))
    var wireProfile: String?

    /// A given option that only a model in this process can follow.
    var localOption: String? {
        if !dictionaries.isEmpty { return "--zstd-dict" }
        if rankTable != nil { return "--rank-table" }
        return mapAssets ? "--map-assets" : nil
    }

    func profile() throws -> WireProfile {
        guard let wireProfile else { return .builtIn }
        do {
            return try WireProfile(parsing: try WholeFile.read(wireProfile))
        } catch {
            throw Failure(naming: wireProfile, error)
        }
    }

    /// Loads everything; what was configured and cannot be had is an error.
    /// - Parameter source: where the map is from.
    func assets(
        for map: TokenizerMap, from source: String, environment: [String: String]
    ) async throws -> WireAssets {
        let entries = map.zstdDictionaries
        var assets = WireAssets()
        for text in dictionaries + (try Self.dictionaries(in: environment)) {
            let (format, location) = try Self.split(text)
            let source = try AssetSource(location) { url in entries.first { $0.url == url }?.hash }
            let dictionary = try await source.dictionary()
            let listed = entries.first { $0.hash == dictionary.hash }
            guard let format = format ?? listed.flatMap({ FrameFormat(name: $0.format) }) else {
                throw Failure(
                    """
                    \(source.location): the map does not list \(dictionary.hash), so say what it is for: \
                    msgpack=\(location) or protobuf=\(location)
                    """)
            }
            assets.add(dictionary, for: format)
        }
        if let rankTable {
            assets.rankTable = try await AssetSource(rankTable) { url in
                map.rankTables.first { $0.url == url }?.hash
            }.rankTable()
        }
        if mapAssets { try await addListed(by: map, from: source, to: &assets) }
        return assets
    }

    private func addListed(by map: TokenizerMap, from source: String, to assets: inout WireAssets)
        async throws
    {
        for entry in map.zstdDictionaries {
            // A format that is not ours is not for us.
            guard let format = FrameFormat(name: entry.format) else { continue }
            let dictionary = try await AssetSource(url: entry.url, hash: entry.hash, listedBy: source)
                .dictionary()
            assets.add(dictionary, for: format)
        }
        guard assets.rankTable == nil, let entry = map.rankTables.first else { return }
        assets.rankTable = try await AssetSource(url: entry.url, hash: entry.hash, listedBy: source)
            .rankTable()
    }

    /// The variables that other servers of the protocol have.
    private static func dictionaries(in environment: [String: String]) throws -> [String] {
        try ["msgpack", "protobuf"].flatMap { format in
            try ["PATH", "URL"].compactMap { kind in
                let name = "CODEC_ZSTD_DICT_\(format.uppercased())_\(kind)"
                guard let value = environment[name], !value.isEmpty else { return nil }
                guard AssetSource.isURL(value) == (kind == "URL") else {
                    throw Failure(
                        "\(name) must be \(kind == "URL" ? "an http or https URL" : "a file"), not \(value)")
                }
                return "\(format)=\(value)"
            }
        }
    }

    /// `msgpack=FILE`; a file's own name may hold a `=` too.
    private static func split(_ text: String) throws -> (FrameFormat?, String) {
        for format in FrameFormat.allCases where text.hasPrefix(format.name + "=") {
            guard format == .msgpack || format == .protobuf else {
                throw Failure("\(text): dictionaries are for msgpack and protobuf, not for \(format.name)")
            }
            return (format, String(text.dropFirst(format.name.count + 1)))
        }
        return (nil, text)
    }
}
