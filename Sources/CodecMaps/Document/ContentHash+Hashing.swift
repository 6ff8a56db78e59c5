internal import Crypto

extension ContentHash {
    /// The hash of bytes.
    public init(of bytes: some Collection<UInt8>) {
        var hash = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hash.update(bufferPointer: .init($0)) }) == nil {
            let copy = Array(bytes)
            copy.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        self.init(digest: hash.finalize())
    }

    /// - Throws: `hashMismatch` when `actual` is another hash than this, which is the expected one.
    func verify(_ actual: ContentHash) throws(MapError) {
        guard actual == self else {
            throw MapError(.hashMismatch, "the map's hash is \(actual), expected \(self)")
        }
    }
}
