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

    /// `swift-codec/maps` under `$XDG_CACHE_HOME`, or `.cache` of the user's home; nil where there is neither.
    public static var standard: CompiledMapCache? {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name), value.pointee != 0 else { return nil }
            return String(cString: value)
        }
        guard let cache = variable("XDG_CACHE_HOME") ?? variable("HOME").map({ $0 + "/.cache" }) else {
            return nil
        }
        return CompiledMapCache(folder: cache + "/swift-codec/maps")
    }

    /// The compiled map of the file at `path`, if there is one that holds.
    func open(path: String) -> TokenizerMap? {
        guard let identity = SourceIdentity(path: path) else { return nil }
        return CompiledMapFile.open(path: name(of: path), sourcePath: path, source: identity)
    }

    /// Keeps a map. A folder that cannot be written to is as good as none.
    func store(_ map: TokenizerMap, path: String, _ identity: SourceIdentity) {
        makeFolder()
        let name = name(of: path)
        let temporary = name + ".\(getpid()).\(UInt32.random(in: 0...(.max)))"
        guard write(CompiledMapFile.bytes(of: map, source: identity), to: temporary) else { return }
        // Whoever opens the name sees the old file or the new one, whole.
        if rename(temporary, name) != 0 { unlink(temporary) }
        removeOldest()
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
        return folder + "/" + ContentHash(of: Array((parent + "/" + last).utf8)).hex + Self.suffix
    }

    private static let suffix = ".compiled"

    private func makeFolder() {
        var end = folder.startIndex
        while end < folder.endIndex {
            end = folder[folder.index(after: end)...].firstIndex(of: "/") ?? folder.endIndex
            mkdir(String(folder[..<end]), 0o700)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = systemOpen(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                systemWrite(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                unlink(path)
                return false
            }
            written += count
        }
        return true
    }

    private func removeOldest() {
        guard let listing = opendir(folder) else { return }
        defer { closedir(listing) }
        var maps: [(path: String, age: FileIdentity)] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.contains(Self.suffix) else { continue }
            let path = folder + "/" + name
            if let age = FileIdentity(path: path) { maps.append((path, age)) }
        }
        guard maps.count > Self.mostMaps else { return }
        maps.sort { ($0.age.seconds, $0.age.nanoseconds) < ($1.age.seconds, $1.age.nanoseconds) }
        for map in maps.prefix(maps.count - Self.mostMaps) { unlink(map.path) }
    }
}

// The names of these are taken by the cache's own.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
