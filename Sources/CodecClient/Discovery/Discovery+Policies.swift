public import CodecCompression
public import CodecMaps

extension Discovery {
    /// The safety policy of that hash: from the cache, or the origin's immutable copy.
    /// - Throws: `notFound`, `hashMismatch`, `invalidDocument`, or why the origin cannot be asked.
    public func policy(_ hash: ContentHash) async throws(ClientError) -> SafetyPolicyDescriptor {
        try await policy(url: url(WellKnown.policy(hash)), hash: hash)
    }

    /// The safety policy of that id, inline or behind one pointer.
    ///
    /// - Parameter hash: the hash that it must have. The immutable copy is then preferred.
    /// - Throws: `invalidID`, `notFound`, `invalidDocument`, `idMismatch`, `hashMismatch`, `pointerChain`, or why an
    ///   address cannot or must not be fetched.
    public func policy(
        id: String, hash: ContentHash? = nil
    ) async throws(ClientError) -> SafetyPolicyDescriptor {
        let url = try path { () throws(MapError) in try WellKnown.policy(id) }
        if let hash {
            do throws(ClientError) {
                return try check(try await policy(hash), id)
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        let bytes = try await fetcher.get(url, .policy)
        let answer = try read("the policy \(id)") { () throws(MapError) in
            try SafetyPolicyAnswer(parsing: bytes)
        }
        switch answer {
        case .inline(let policy):
            // A policy's hash is that of its canonical bytes, however it is laid out here.
            let canonical = policy.canonicalBytes()
            return try check(try await cache.policies.value(hash ?? policy.hash) { canonical }, id)
        case .pointer(let pointer):
            try check(pointer, id, hash)
            return try check(try await policy(url: pointer.url.text, hash: pointer.hash), id)
        }
    }

    /// The safety policy behind an address.
    private func policy(
        url: String, hash: ContentHash
    ) async throws(ClientError) -> SafetyPolicyDescriptor {
        try await cache.policies.value(hash) { [fetcher] () async throws(ClientError) in
            let bytes = try await fetcher.get(url, .policy)
            if case .pointer? = try? SafetyPolicyAnswer(parsing: bytes) {
                throw ClientError(.pointerChain, "\(url) is a pointer in place of the policy")
            }
            return bytes
        }
    }

    private func check(
        _ policy: SafetyPolicyDescriptor, _ id: String
    ) throws(ClientError) -> SafetyPolicyDescriptor {
        guard policy.id == id else {
            throw ClientError(.idMismatch, "the policy for \(id) is the one of \(policy.id)")
        }
        return policy
    }
}
