internal import CodecCore

/// Two lists of merges, of which the second may have other ones or another order.
struct MergeOrder {
    /// Tokens that only one of the two makes, or the two of different parts.
    let strange: [TokenID]
    /// Merges of the first list that are not in the second, and those that stand in another place: the fewest whose
    /// removal leaves the rest in one order.
    let moved: [Vocabulary.Merge]
    private let merges: [Vocabulary.Merge]

    /// More texts than these are not made.
    private static let mostTexts = 4_000

    init(_ ours: [Vocabulary.Merge], _ theirs: [Vocabulary.Merge]) {
        merges = ours
        var places: [TokenID: Int] = [:]
        for (place, merge) in theirs.enumerated() { places[merge.merged] = place }
        func place(_ merge: Vocabulary.Merge) -> Int? {
            places[merge.merged].flatMap { theirs[$0] == merge ? $0 : nil }
        }
        let own = Set(ours.map(\.merged))
        let others = ours.filter { place($0) == nil }
        strange = others.map(\.merged) + theirs.map(\.merged).filter { !own.contains($0) }
        moved = others + Self.outsideLongestRise(ours.filter { place($0) != nil }) { place($0) ?? 0 }
    }

    /// The merges that are not in the longest run, not necessarily of neighbours, whose places rise.
    private static func outsideLongestRise(
        _ merges: [Vocabulary.Merge], place: (Vocabulary.Merge) -> Int
    ) -> [Vocabulary.Merge] {
        // By length: the merge that ends the run of this length with the lowest place; and for each merge the one before it.
        var ends: [Int] = []
        var previous = [Int](repeating: -1, count: merges.count)
        let places = merges.map(place)
        for index in merges.indices {
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if places[ends[middle]] < places[index] { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[index] = ends[low - 1] }
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var isInRun = [Bool](repeating: false, count: merges.count)
        var index = ends.last ?? -1
        while index >= 0 {
            isInRun[index] = true
            index = previous[index]
        }
        return merges.indices.filter { !isInRun[$0] }.map { merges[$0] }
    }

    /// Texts in which a merge that has moved and another want the same token, where the order counts; and the tokens
    /// that are made differently.
    func tellingTexts(_ vocabulary: Vocabulary) -> [String] {
        guard !moved.isEmpty || !strange.isEmpty else { return [] }
        var byLeft: [TokenID: [Vocabulary.Merge]] = [:]
        var byRight: [TokenID: [Vocabulary.Merge]] = [:]
        for merge in merges {
            byLeft[merge.left, default: []].append(merge)
            byRight[merge.right, default: []].append(merge)
        }
        var texts: [String] = []
        func add(_ ids: [TokenID]) {
            texts.append(String(decoding: ids.flatMap { vocabulary.bytes(of: $0) }, as: UTF8.self))
        }
        for id in strange { add([id]) }
        for merge in moved {
            for after in byLeft[merge.right] ?? [] { add([merge.left, merge.right, after.right]) }
            for before in byRight[merge.left] ?? [] { add([before.left, merge.left, merge.right]) }
            if texts.count >= Self.mostTexts { break }
        }
        return texts
    }
}
