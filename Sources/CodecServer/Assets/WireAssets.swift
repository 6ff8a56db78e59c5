public import CodecCompression
public import CodecCore

/// What makes a model's answers small: dictionaries and a rank table for its vocabulary (spec §2, §5).
public struct WireAssets: Sendable {
    /// By the format that they were made for; of several, a client that names none gets the first.
    public var dictionaries: [FrameFormat: [ZstdDictionary]]
    /// For the compact format.
    public var rankTable: ServedRankTable?

    public init(dictionaries: [FrameFormat: [ZstdDictionary]] = [:], rankTable: ServedRankTable? = nil) {
        self.dictionaries = dictionaries
        self.rankTable = rankTable
    }

    /// Adds a dictionary behind those that are there for the format, unless it is one of them.
    public mutating func add(_ dictionary: ZstdDictionary, for format: FrameFormat) {
        guard !dictionaries[format, default: []].contains(where: { $0.hash == dictionary.hash }) else {
            return
        }
        dictionaries[format, default: []].append(dictionary)
    }
}

/// A rank table and its name.
public struct ServedRankTable: Sendable {
    public let table: RankTable
    /// The hash of the table's bytes.
    public let hash: ContentHash

    public init(_ table: RankTable) {
        self.table = table
        hash = ContentHash(of: table.bytes)
    }
}
