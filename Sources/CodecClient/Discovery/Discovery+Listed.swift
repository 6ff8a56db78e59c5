import CodecCompression
import CodecMaps

extension Discovery {
    /// Bytes by their hash: from the addresses that a map lists for it, then from the origin's own.
    /// - Throws: why the last one failed.
    static func listed(
        _ urls: [String], _ kind: DocumentKind, _ hash: ContentHash, _ fetcher: Fetcher
    ) async throws(ClientError) -> [UInt8] {
        var failure = ClientError(.notFound, "nobody lists the \(kind.name) \(hash)")
        for url in urls {
            do throws(ClientError) {
                let bytes = try await fetcher.get(url, kind)
                guard ContentHash(of: bytes) == hash else {
                    throw ClientError(.hashMismatch, "\(url) is not the \(kind.name) \(hash)")
                }
                return bytes
            } catch {
                guard error.code != .cancelled else { throw error }
                failure = error
            }
        }
        throw failure
    }
}
