/// Merges a short run of symbols: lowest rank first, leftmost first (spec §7).
///
/// The caller writes `symbols` and, for each but the last, the merge with the next to `pending`.
struct SymbolMerger: ~Copyable {
    /// The most symbols: each step looks at all of them.
    static let capacity = 40

    private let merges: MergeTable
    let symbols = UnsafeMutablePointer<TokenID>.allocate(capacity: capacity)
    let pending = UnsafeMutablePointer<MergeTable.Merge>.allocate(capacity: capacity)

    init(_ merges: MergeTable) {
        self.merges = merges
    }

    deinit {
        symbols.deallocate()
        pending.deallocate()
    }

    /// Appends what the first `symbolCount` symbols merge to.
    @inline(__always)
    func merge(_ symbolCount: Int, into output: inout TokenBuffer) {
        let (symbols, pending, merges) = (symbols, pending, merges)
        var pairs = symbolCount - 1
        while pairs > 0 {
            var best = pending[0]
            var at = 0
            // Ranks differ for different pairs, so equal values are equal pairs: the first stays.
            for index in 1..<max(pairs, 1) where pending[index] < best {
                best = pending[index]
                at = index
            }
            if best == MergeTable.none { break }
            symbols[at] = TokenID(truncatingIfNeeded: best)
            pairs -= 1
            var index = at + 1
            while index <= pairs {
                symbols[index] = symbols[index + 1]
                pending[index - 1] = pending[index]
                index += 1
            }
            if at < pairs { pending[at] = merges.find(symbols[at], symbols[at + 1]) }
            if at > 0 { pending[at - 1] = merges.find(symbols[at - 1], symbols[at]) }
        }
        output.append(symbols, pairs + 1)
    }
}
