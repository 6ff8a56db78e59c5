import CodecCompression
import CodecMaps
import Foundation

/// Bytes that have the right hash: here, or in a file that whoever opens it checks.
enum Content: Sendable {
    case bytes([UInt8])
    case file(path: String, ContentHash)
}

/// A folder of files that are named by the hash of their bytes. Any number of processes may use it at once: a file is
/// there whole, or not at all.
struct ContentStore: Sendable {
    private let folder: CacheFolder
    private let suffix: String
    private let maximumBytes: Int
    private let opensFiles: Bool
    /// More files than these are not kept: the oldest go.
    private let capacity: Int

    /// - Parameter opensFiles: whether whoever makes a value opens the file himself, and checks it.
    init(
        path: String, suffix: String, maximumBytes: Int, opensFiles: Bool = false, capacity: Int = 256
    ) {
        folder = CacheFolder(path: path)
        self.suffix = suffix
        self.maximumBytes = maximumBytes
        self.opensFiles = opensFiles
        self.capacity = capacity
    }

    /// What is kept for that hash; nil when there is nothing, or when it has been changed, which also removes it.
    func content(_ hash: ContentHash) -> Content? {
        let path = path(hash)
        if opensFiles {
            return FileManager.default.fileExists(atPath: path) ? .file(path: path, hash) : nil
        }
        guard let bytes = folder.read(name(hash), atMost: maximumBytes) else { return nil }
        guard ContentHash(of: bytes) == hash else {
            remove(hash)
            return nil
        }
        return .bytes(bytes)
    }

    /// Keeps bytes. A folder that cannot be written to is as good as none.
    func write(_ bytes: [UInt8], _ hash: ContentHash) -> Bool {
        guard folder.write(bytes, name: name(hash)) else { return false }
        folder.removeOldest(containing: suffix, keeping: capacity)
        return true
    }

    func remove(_ hash: ContentHash) {
        folder.remove(name(hash))
    }

    private func path(_ hash: ContentHash) -> String { folder.path + "/" + name(hash) }
    private func name(_ hash: ContentHash) -> String { hash.hex + suffix }
}
