public import CodecCompression
public import CodecMaps
import Foundation

/// The documents of `/.well-known/codec` under one origin (spec §11), and what they lead to.
///
/// What has a hash comes from the cache if it is there, and from the network only else. Documents that others name are
/// fetched by the rules of `FetchRules`.
public struct Discovery: Sendable {
    private let base: ServerAddress
    let fetcher: Fetcher
    let cache: ClientCache

    init(base: ServerAddress, fetcher: Fetcher, cache: ClientCache) {
        self.base = base
        self.fetcher = fetcher
        self.cache = cache
    }

    /// The map behind an address.
    /// - Throws: `hashMismatch`, `invalidDocument`, or why the address cannot or must not be fetched.
    public func map(url: String, hash: ContentHash) async throws(ClientError) -> TokenizerMap {
        try await cache.maps.value(hash) { [fetcher] () async throws(ClientError) in
            try await fetcher.get(url, .map)
        }
    }

    func url(_ path: String) -> String { base.url + "/.well-known/codec/" + path }
}
