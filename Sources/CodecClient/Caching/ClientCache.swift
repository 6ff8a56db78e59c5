import CodecCompression
import CodecMaps

/// What has been fetched by its hash: maps, dictionaries, rank tables and policies, in memory and on disk.
///
/// A hash means the same bytes for ever, so nothing here grows old, and what is here needs no network. Files are
/// checked against their hash when they are read. One cache may be shared by any number of clients, and one folder by
/// any number of processes.
public final class ClientCache: Sendable {
    let maps: ContentCache<TokenizerMap>

    /// In the user's cache folder (`swift-codec` under `$XDG_CACHE_HOME`, or `.cache` of his home), or in memory
    /// where there is none.
    public static let standard = ClientCache(folder: CacheFolder.standard?.path)

    /// - Parameter folder: where files are kept; nil for memory only.
    public init(folder: String?) {
        func store(_ name: String, _ suffix: String, _ kind: DocumentKind, _ opensFiles: Bool) -> ContentStore? {
            folder.map {
                ContentStore(
                    path: "\($0)/documents/\(name)", suffix: suffix, maximumBytes: kind.limit,
                    opensFiles: opensFiles, capacity: opensFiles ? 32 : 256)
            }
        }
        let compiled = folder.map { CompiledMapCache(folder: $0 + "/maps") }
        maps = ContentCache(store: store("maps", ".json", .map, true)) { (content) throws(ClientError) in
            do throws(MapError) {
                switch content {
                case .bytes(let bytes): return try TokenizerMap(parsing: bytes)
                case .file(let path, let hash):
                    return try TokenizerMap.load(path: "\(path)#\(hash)", cache: compiled)
                }
            } catch {
                throw ClientError(.invalidDocument, "the map cannot be used: \(error)")
            }
        }
    }
}
