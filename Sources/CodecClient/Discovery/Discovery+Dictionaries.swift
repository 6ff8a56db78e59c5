public import CodecCompression
public import CodecMaps

extension Discovery {
    /// The dictionary of that hash: from the cache, from where the map says that it lies, or from the origin.
    /// - Throws: `notFound`, `hashMismatch`, `invalidDocument`, or why an address cannot or must not be fetched.
    public func dictionary(
        _ hash: ContentHash, listedBy map: TokenizerMap? = nil
    ) async throws(ClientError) -> ZstdDictionary {
        let listed = map?.zstdDictionaries.filter { $0.hash == hash }.map(\.url) ?? []
        let urls = listed + [url(WellKnown.dictionary(hash))]
        return try await cache.dictionaries.value(hash) { [fetcher] () async throws(ClientError) in
            try await Self.listed(urls, .dictionary, hash, fetcher)
        }
    }

    /// The dictionary behind an address.
    /// - Throws: `hashMismatch`, `invalidDocument`, or why the address cannot or must not be fetched.
    public func dictionary(url: String, hash: ContentHash) async throws(ClientError) -> ZstdDictionary {
        try await cache.dictionaries.value(hash) { [fetcher] () async throws(ClientError) in
            try await fetcher.get(url, .dictionary)
        }
    }
}
