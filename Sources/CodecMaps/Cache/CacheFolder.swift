#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A folder that any number of processes read and write at once: a file is there whole, or not at all. Nothing is
/// lost with it, so what cannot be read or written is as good as absent.
package struct CacheFolder: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// `swift-codec` under `$XDG_CACHE_HOME`, or `.cache` of the user's home; nil where there is neither.
    package static var standard: CacheFolder? {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name), value.pointee != 0 else { return nil }
            return String(cString: value)
        }
        // A relative one is to be ignored, says its specification.
        let cache = variable("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (cache ?? variable("HOME").map { $0 + "/.cache" }).map {
            CacheFolder(path: $0 + "/swift-codec")
        }
    }

    /// A file's bytes; nil when there is none, or it is longer than `limit`.
    package func read(_ name: String, atMost limit: Int) -> [UInt8]? {
        guard let file = try? InputFile(path: path + "/" + name), file.size <= limit else { return nil }
        return try? file.read(atMost: limit)
    }

    /// - Returns: Whether the file is there now.
    package func write(_ bytes: [UInt8], name: String) -> Bool {
        makeFolder()
        let file = path + "/" + name
        let temporary = file + ".\(getpid()).\(UInt32.random(in: 0...(.max)))"
        guard write(bytes, to: temporary) else { return false }
        // Whoever opens the name sees the old file or the new one, whole.
        guard rename(temporary, file) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }

    package func remove(_ name: String) {
        unlink(path + "/" + name)
    }

    /// Removes the oldest files with such a name until no more than `count` are left.
    package func removeOldest(containing part: String, keeping count: Int) {
        guard let listing = opendir(path) else { return }
        defer { closedir(listing) }
        var files: [(path: String, age: FileIdentity)] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.contains(part) else { continue }
            let file = path + "/" + name
            if let age = FileIdentity(path: file) { files.append((file, age)) }
        }
        guard files.count > count else { return }
        files.sort { ($0.age.seconds, $0.age.nanoseconds) < ($1.age.seconds, $1.age.nanoseconds) }
        for file in files.prefix(files.count - count) { unlink(file.path) }
    }

    private func makeFolder() {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            mkdir(String(path[..<end]), 0o700)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
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
}

/// `write`, whose name the functions here shadow.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
