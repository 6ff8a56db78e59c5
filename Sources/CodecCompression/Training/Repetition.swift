public import CodecCore

/// Tells streams in which a model went round in circles: sizes measured on them would flatter every compressor, and a
/// dictionary made of them fits nothing else.
public enum Repetition {
    /// So many ids in a row are compared: longer than the phrases that ordinary text says twice.
    static let run = 8
    /// The share of runs that may have been there before.
    static let limit = 0.2

    /// The share of a stream's runs of eight ids that stood in it before; 0 for a stream without runs.
    public static func share(of ids: [TokenID]) -> Double {
        guard ids.count >= run else { return 0 }
        var seen: Set<ArraySlice<TokenID>> = []
        let count = ids.count - run + 1
        for start in 0..<count { seen.insert(ids[start..<start + run]) }
        return 1 - Double(seen.count) / Double(count)
    }

    /// Whether more than a fifth of it is said again.
    public static func isLooping(_ ids: [TokenID]) -> Bool { share(of: ids) > limit }
}
