import CodecCompression
import CodecMaps
import Foundation

/// A folder of files that are named by the hash of their bytes. Any number of processes may use it at once: a file is
/// there whole, or not at all.
struct ContentStore: Sendable {
    private let folder: CacheFolder
    private let suffix: String
    private let maximumBytes: Int
    /// More files than these are not kept: the oldest go.
    private let capacity: Int

    init(path: String, suffix: String, maximumBytes: Int, capacity: Int) {
        folder = CacheFolder(path: path)
        self.suffix = suffix
        self.maximumBytes = maximumBytes
        self.capacity = capacity
    }

    /// The bytes of that hash; nil when there are none, or when they have been changed, which also removes them.
    func bytes(_ hash: ContentHash) -> [UInt8]? {
        guard let bytes = folder.read(name(hash), atMost: maximumBytes) else { return nil }
        guard ContentHash(of: bytes) == hash else {
            remove(hash)
            return nil
        }
        return bytes
    }

    /// The file that should have the bytes of that hash, for whoever checks them himself; nil when there is none.
    func path(_ hash: ContentHash) -> String? {
        let path = folder.path + "/" + name(hash)
        return FileManager.default.fileExists(atPath: path) ? path : nil
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

    private func name(_ hash: ContentHash) -> String { hash.hex + suffix }
}
