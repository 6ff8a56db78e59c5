public import CodecCompression

/// A rank table of this vocabulary for the compact format, as a map lists it (spec §2).
public struct RankTableEntry: Sendable, Equatable {
    public var url: String
    /// The hash of the table's bytes.
    public var hash: ContentHash
    public var sizeBytes: Int

    public init(url: String, hash: ContentHash, sizeBytes: Int) {
        self.url = url
        self.hash = hash
        self.sizeBytes = sizeBytes
    }
}
