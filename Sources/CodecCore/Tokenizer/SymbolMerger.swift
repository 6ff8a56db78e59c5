/// Merges a short run of symbols: lowest rank first, leftmost first (spec §7).
///
/// The caller writes `symbols` and, for each but the last, the rank of its merge with the next to `ranks`.
struct SymbolMerger: ~Copyable {
    /// The most symbols: each step looks at all of them.
    static let capacity = 40

    private let merges: MergeTable
    let symbols = UnsafeMutablePointer<TokenID>.allocate(capacity: capacity)
    let ranks = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)

    init(_ merges: MergeTable) {
        self.merges = merges
    }

    deinit {
        symbols.deallocate()
        ranks.deallocate()
    }

    /// Appends what the first `symbolCount` symbols merge to.
    @inline(__always)
    func merge(_ symbolCount: Int, into output: inout TokenBuffer) {
        let (symbols, ranks, merges) = (symbols, ranks, merges)
        var pairs = symbolCount - 1
        while pairs > 0 {
            var best = ranks[0]
            var at = 0
            for index in 1..<max(pairs, 1) where ranks[index] < best {
                best = ranks[index]
                at = index
            }
            if best == MergeTable.none { break }
            symbols[at] = merges.records[Int(best)].merged
            pairs -= 1
            var index = at + 1
            while index <= pairs {
                symbols[index] = symbols[index + 1]
                ranks[index - 1] = ranks[index]
                index += 1
            }
            if at < pairs { ranks[at] = merges.rank(symbols[at], symbols[at + 1]) }
            if at > 0 { ranks[at - 1] = merges.rank(symbols[at - 1], symbols[at]) }
        }
        output.append(symbols, pairs + 1)
    }
}
