public import CodecCore

/// Counts ids, for a rank table (spec §2).
public struct RankCounter: Sendable {
    private var counts: [TokenID: Int] = [:]

    public init() {}

    public mutating func add(_ ids: [TokenID]) {
        for id in ids { counts[id, default: 0] += 1 }
    }

    /// The most frequent ids, most frequent first; among equals the smaller id, so that the same streams always give
    /// the same table. An id that was met once says nothing.
    public func table(count: Int) throws(RankTableError) -> RankTable {
        let sorted = counts.filter { $0.value > 1 }.sorted { a, b in
            a.value != b.value ? a.value > b.value : a.key < b.key
        }
        return try RankTable(sorted.prefix(max(0, count)).map(\.key))
    }
}
