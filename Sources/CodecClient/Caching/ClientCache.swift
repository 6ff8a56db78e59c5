import CodecCompression
import CodecCore
import CodecMaps

/// What has been fetched by its hash: maps, dictionaries, rank tables and policies, in memory and on disk.
///
/// A hash means the same bytes for ever, so nothing here grows old, and what is here needs no network. Files are
/// checked against their hash when they are read. One cache may be shared by any number of clients, and one folder by
/// any number of processes.
public final class ClientCache: Sendable {
    let maps: ContentCache<TokenizerMap>
    let dictionaries: ContentCache<ZstdDictionary>
    let rankTables: ContentCache<RankTable>
    let policies: ContentCache<SafetyPolicyDescriptor>

    /// In the user's cache folder (`swift-codec` under `$XDG_CACHE_HOME`, or `.cache` of his home), or in memory
    /// where there is none.
    public static let standard = ClientCache(folder: CacheFolder.standard?.path)

    /// - Parameter folder: where files are kept; nil for memory only.
    public init(folder: String?) {
        func store(_ name: String, _ kind: DocumentKind, suffix: String, capacity: Int = 256) -> ContentStore?
        {
            folder.map {
                ContentStore(
                    path: "\($0)/documents/\(name)", suffix: suffix, maximumBytes: kind.limit,
                    capacity: capacity)
            }
        }
        maps = ContentCache(
            store: store("maps", .map, suffix: ".json", capacity: 32),
            reader: .maps(compiled: folder.map { CompiledMapCache(folder: $0 + "/maps") }))
        dictionaries = ContentCache(
            store: store("dictionaries", .dictionary, suffix: ".zstd"), reader: .dictionaries)
        rankTables = ContentCache(
            store: store("rank-tables", .rankTable, suffix: ".bin"), reader: .rankTables)
        policies = ContentCache(store: store("policies", .policy, suffix: ".json"), reader: .policies)
    }
}

extension ContentCache.Reader where Value == TokenizerMap {
    /// A kept map opens in its compiled form, which is mapped.
    fileprivate static func maps(compiled: CompiledMapCache?) -> Self {
        Self { (bytes) throws(ClientError) in
            do throws(MapError) {
                return try TokenizerMap(parsing: bytes)
            } catch {
                throw ClientError(.invalidDocument, "the map cannot be used: \(error)")
            }
        } open: { path, hash in
            try? TokenizerMap.load(path: "\(path)#\(hash)", cache: compiled)
        }
    }
}

extension ContentCache.Reader {
    private static func bytes(
        _ make: @escaping @Sendable ([UInt8]) throws -> Value
    ) -> Self {
        Self { (bytes) throws(ClientError) in
            do {
                return try make(bytes)
            } catch {
                throw ClientError(.invalidDocument, "\(error)")
            }
        }
    }
}

extension ContentCache.Reader where Value == ZstdDictionary {
    fileprivate static var dictionaries: Self { bytes { try ZstdDictionary($0) } }
}

extension ContentCache.Reader where Value == RankTable {
    fileprivate static var rankTables: Self { bytes { try RankTable(parsing: $0) } }
}

extension ContentCache.Reader where Value == SafetyPolicyDescriptor {
    fileprivate static var policies: Self { bytes { try SafetyPolicyDescriptor(parsing: $0) } }
}
