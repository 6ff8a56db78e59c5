public import CodecCompression
public import CodecMaps

extension Discovery {
    /// The map of that hash: from the cache, or by the origin's list of its maps.
    /// - Throws: `mapUnavailable` when the origin does not list it; else as `map(id:hash:)`.
    public func map(_ hash: ContentHash) async throws(ClientError) -> TokenizerMap {
        if let map = await cache.maps.cached(hash) { return map }
        guard let pointer = try await index().maps.first(where: { $0.hash == hash }) else {
            throw ClientError(.mapUnavailable, "the server does not list the map \(hash)")
        }
        return try await map(id: pointer.id, hash: hash)
    }

    /// The map of that id, inline or behind one pointer.
    ///
    /// - Parameter hash: the hash that it must have. A map that is in the cache is then had without the network.
    /// - Throws: `invalidID`, `notFound`, `invalidDocument`, `idMismatch`, `hashMismatch`, `pointerChain`, or why an
    ///   address cannot or must not be fetched.
    public func map(id: String, hash: ContentHash? = nil) async throws(ClientError) -> TokenizerMap {
        let url = try path { () throws(MapError) in try WellKnown.map(id) }
        if let hash, let map = await cache.maps.cached(hash) { return try check(map, id) }
        let bytes = try await fetcher.get(url, .map)
        switch try read("the map \(id)", { () throws(MapError) in try MapAnswer(parsing: bytes) }) {
        case .inline:
            let map = try await cache.maps.value(hash ?? ContentHash(of: bytes)) { bytes }
            return try check(map, id)
        case .pointer(let pointer):
            try check(pointer, id, hash)
            return try check(try await map(url: pointer.url.text, hash: pointer.hash), id)
        }
    }

    /// The map behind an address.
    /// - Throws: `hashMismatch`, `invalidDocument`, `pointerChain`, or why the address cannot or must not be fetched.
    public func map(url: String, hash: ContentHash) async throws(ClientError) -> TokenizerMap {
        try await cache.maps.value(hash) { [fetcher] () async throws(ClientError) in
            let bytes = try await fetcher.get(url, .map)
            if case .pointer? = try? MapAnswer(parsing: bytes) {
                throw ClientError(.pointerChain, "\(url) is a pointer in place of the map")
            }
            return bytes
        }
    }

    /// The map that an answer names, if it is here.
    func cachedMap(_ hash: ContentHash?) async -> TokenizerMap? {
        guard let hash else { return nil }
        return await cache.maps.cached(hash)
    }

    private func check(_ map: TokenizerMap, _ id: String) throws(ClientError) -> TokenizerMap {
        guard map.id == id else {
            throw ClientError(.idMismatch, "the map for \(id) is the one of \(map.id)")
        }
        return map
    }

    /// - Throws: `idMismatch`, `hashMismatch`.
    func check(_ pointer: DocumentPointer, _ id: String, _ hash: ContentHash?) throws(ClientError) {
        guard pointer.id == id else {
            throw ClientError(.idMismatch, "the pointer for \(id) is one for \(pointer.id)")
        }
        guard hash == nil || pointer.hash == hash else {
            throw ClientError(
                .hashMismatch,
                "the pointer for \(id) leads to \(pointer.hash), expected \(hash?.description ?? "")")
        }
    }
}
