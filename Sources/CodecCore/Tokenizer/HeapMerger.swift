/// Merging in O(n log n) whatever the merges: the symbols as a linked list, the possible merges in a heap.
struct HeapMerger {
    /// A possible merge: rank and place decide its turn.
    private struct Candidate {
        /// The merge's rank in the high half, the left symbol's place in the low half.
        var key: UInt64
        /// The two symbols at the time; a candidate whose neighbours have changed is void.
        var left: TokenID
        var right: TokenID
        var merged: TokenID
    }

    private var symbols: [TokenID] = []
    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var heap: [Candidate] = []
    /// The last merge that was made, or `MergeTable.none`.
    private(set) var lastMerge = MergeTable.none

    /// Appends what merging `given` results in; fewer than 2^31 symbols.
    mutating func merge(
        _ given: UnsafePointer<TokenID>, _ count: Int, _ merges: MergeTable, into ids: inout TokenBuffer
    ) {
        symbols.removeAll(keepingCapacity: true)
        symbols.append(contentsOf: UnsafeBufferPointer(start: given, count: count))
        next = (0..<count).map { Int32($0 + 1) }
        previous = (0..<count).map { Int32($0 - 1) }
        heap.removeAll(keepingCapacity: true)
        lastMerge = MergeTable.none
        for index in 0..<max(count - 1, 0) { consider(index, index + 1, merges) }
        while let candidate = popFirst() {
            let left = Int(candidate.key & 0xFFFF_FFFF)
            guard symbols[left] == candidate.left else { continue }
            let right = Int(next[left])
            guard right < count, symbols[right] == candidate.right else { continue }
            lastMerge = candidate.key & 0xFFFF_FFFF_0000_0000 | UInt64(candidate.merged)
            symbols[left] = candidate.merged
            symbols[right] = TokenID.max
            let after = Int(next[right])
            next[left] = Int32(after)
            if after < count {
                previous[after] = Int32(left)
                consider(left, after, merges)
            }
            if previous[left] >= 0 { consider(Int(previous[left]), left, merges) }
        }
        var index = 0
        while index < count {
            ids.append(symbols[index])
            index = Int(next[index])
        }
    }

    private mutating func consider(_ left: Int, _ right: Int, _ merges: MergeTable) {
        let merge = merges.find(symbols[left], symbols[right])
        guard merge != MergeTable.none else { return }
        push(
            Candidate(
                key: merge & 0xFFFF_FFFF_0000_0000 | UInt64(left), left: symbols[left], right: symbols[right],
                merged: TokenID(truncatingIfNeeded: merge)))
    }

    private mutating func push(_ candidate: Candidate) {
        var index = heap.count
        heap.append(candidate)
        heap.withUnsafeMutableBufferPointer { heap in
            while index > 0 {
                let parent = (index - 1) / 2
                guard candidate.key < heap[parent].key else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = candidate
        }
    }

    private mutating func popFirst() -> Candidate? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap.withUnsafeMutableBufferPointer { heap in
            var index = 0
            while true {
                var child = 2 * index + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1].key < heap[child].key { child += 1 }
                guard heap[child].key < last.key else { break }
                heap[index] = heap[child]
                index = child
            }
            heap[index] = last
        }
        return first
    }
}
