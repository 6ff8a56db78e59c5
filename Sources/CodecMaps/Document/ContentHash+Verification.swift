internal import CodecCompression

extension ContentHash {
    /// - Throws: `hashMismatch` when `actual` is another hash than this, which is the expected one.
    func verify(_ actual: ContentHash) throws(MapError) {
        guard actual == self else {
            throw MapError(.hashMismatch, "the map's hash is \(actual), expected \(self)")
        }
    }
}
