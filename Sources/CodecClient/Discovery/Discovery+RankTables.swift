public import CodecCompression
public import CodecCore
public import CodecMaps

extension Discovery {
    /// The rank table of that hash: from the cache, from where the map says that it lies, or from the origin.
    /// - Throws: `notFound`, `hashMismatch`, `invalidDocument`, or why an address cannot or must not be fetched.
    public func rankTable(
        _ hash: ContentHash, listedBy map: TokenizerMap? = nil
    ) async throws(ClientError) -> RankTable {
        let listed = map?.rankTables.filter { $0.hash == hash }.map(\.url) ?? []
        let urls = listed + [url(WellKnown.rankTable(hash))]
        return try await cache.rankTables.value(hash) { [fetcher] () async throws(ClientError) in
            try await Self.listed(urls, .rankTable, hash, fetcher)
        }
    }

    /// The rank table behind an address.
    /// - Throws: `hashMismatch`, `invalidDocument`, or why the address cannot or must not be fetched.
    public func rankTable(url: String, hash: ContentHash) async throws(ClientError) -> RankTable {
        try await cache.rankTables.value(hash) { [fetcher] () async throws(ClientError) in
            try await fetcher.get(url, .rankTable)
        }
    }
}
