internal import CodecCompression

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A folder of compiled maps: opening one takes no parsing and no compiling, and its pages are shared by all
/// processes that have it open.
///
/// A compiled map is found by the path of the file that it was made from, and holds only for that very file, and the
/// `tokenizer_config.json` beside it: when one of them is replaced or written to, or the compiled map is damaged or from another version of this library, it is
/// made anew. Any number of processes may use a folder at once.
public struct CompiledMapCache: Sendable {
    /// More compiled maps than these are not kept: the oldest go.
    static let mostMaps = 32

    public let folder: String

    public init(folder: String) {
        self.folder = folder
    }

    /// `maps` in the user's cache folder: `swift-codec` under `$XDG_CACHE_HOME`, or `.cache` of his home; nil where
    /// there is neither.
    public static var standard: CompiledMapCache? {
        CacheFolder.standard.map { CompiledMapCache(folder: $0.path + "/maps") }
    }

    /// The compiled map of the file at `path`, if there is one that holds.
    func open(path: String) -> TokenizerMap? {
        guard let identity = SourceIdentity(path: path) else { return nil }
        return CompiledMapFile.open(path: folder + "/" + name(of: path), sourcePath: path, source: identity)
    }

    /// Keeps a map. A folder that cannot be written to is as good as none.
    func store(_ map: TokenizerMap, path: String, _ identity: SourceIdentity) {
        let files = CacheFolder(path: folder)
        guard files.write(CompiledMapFile.bytes(of: map, source: identity), name: name(of: path)) else {
            return
        }
        files.removeOldest(containing: Self.suffix, keeping: Self.mostMaps)
    }

    /// Links to folders are followed. A link to the file is not: its own name and neighbours count.
    private func name(of path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let last = parts.removeLast()
        var parent = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
        if let resolved = realpath(parent, nil) {
            parent = String(cString: resolved)
            free(resolved)
        }
        return ContentHash(of: Array((parent + "/" + last).utf8)).hex + Self.suffix
    }

    private static let suffix = ".compiled"
}
