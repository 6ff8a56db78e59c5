internal import CodecCore

/// The pieces of a SentencePiece model that merging makes, with their scores: of any neighbours whose joined
/// text is a piece, those with the highest score are merged first, leftmost first.
struct ScoredPieces {
    private(set) var pieces = StringTable()
    private(set) var scores: [Float] = []

    mutating func append(_ piece: some Sequence<UInt8>, score: Float) {
        pieces.append(piece)
        scores.append(score)
    }

    /// A piece, and where its two parts meet.
    private struct Merge {
        var number: Int
        var border: Int
    }

    /// The merges, best first.
    /// - Throws: `unsupported` where equal scores make the order of merging a matter of places, which no list
    ///   of merges can say; `invalidField`.
    func merges(field: String) throws(MapError) -> StringTable {
        let index = StringIndex(pieces)
        if let number = index.firstRepeat {
            throw MapError(.invalidField, field: field, "\"\(text(number))\" occurs twice")
        }
        if let number = scores.firstIndex(where: { $0.isNaN }) {
            throw MapError(.invalidField, field: field, "\"\(text(number))\" has no score")
        }
        let sorted = scores.indices.sorted { scores[$0] > scores[$1] }
        var order = [UInt32](repeating: 0, count: scores.count)
        for (number, next) in zip(sorted, sorted.dropFirst()) {
            order[next] = order[number] + (scores[next] == scores[number] ? 0 : 1)
        }

        var table = StringTable()
        var group: [Merge] = []
        var runGroups = 0
        var derivation = MergeDerivation(index, order: order, symbols: .characters)
        for (place, number) in sorted.enumerated() {
            let border = try pieces.bytes.withUnsafeBufferPointer { (bytes) throws(MapError) -> Int? in
                let piece = UnsafeRawBufferPointer(bytes)[pieces.range(number)]
                return try self.border(UnsafeRawBufferPointer(rebasing: piece), &derivation, index, field)
            }
            if let border { group.append(Merge(number: number, border: border)) }
            let isLast = place + 1 == sorted.count || scores[sorted[place + 1]] != scores[number]
            guard isLast, !group.isEmpty else { continue }
            for merge in try ordered(group, field, &runGroups) { append(merge, to: &table) }
            group.removeAll()
        }
        return table
    }

    private func border(
        _ piece: UnsafeRawBufferPointer, _ derivation: inout MergeDerivation, _ index: StringIndex,
        _ field: String
    ) throws(MapError) -> Int? {
        guard piece.count <= MergeDerivation.longestToken else {
            throw MapError(
                .tooLarge, field: field, "a piece is longer than \(MergeDerivation.longestToken) bytes")
        }
        guard let border = derivation.border(in: piece) else { return nil }
        for part in [piece[..<border], piece[border...]]
        where index.find(UnsafeRawBufferPointer(rebasing: part)) == nil {
            throw MapError(
                .unsupported, field: field,
                "\"\(String(decoding: piece, as: UTF8.self))\" is merged from a character that is no piece")
        }
        return border
    }

    private func text(_ number: Int) -> String { String(decoding: pieces[number], as: UTF8.self) }

    private func append(_ merge: Merge, to table: inout StringTable) {
        let piece = pieces[merge.number]
        let border = piece.startIndex + merge.border
        table.append(Array(piece[..<border]) + [0x20] + piece[border...])
    }

    // MARK: - Equal scores

    /// Merges of equal score in an order that gives the same as leftmost first.
    private func ordered(
        _ group: [Merge], _ field: String, _ runGroups: inout Int
    ) throws(MapError) -> [Merge] {
        guard group.count > 1 else { return group }
        if runGroups < Self.maximumRunGroups, let runs = runs(group) {
            runGroups += 1
            return runs
        }
        // Pieces that have nothing to do with each other can be merged in any order.
        var owner: [ArraySlice<UInt8>: Int] = [:]
        for merge in group {
            let piece = pieces[merge.number]
            let border = piece.startIndex + merge.border
            for part in [piece, piece[..<border], piece[border...]] {
                guard owner.updateValue(merge.number, forKey: part) ?? merge.number == merge.number else {
                    throw MapError(
                        .unsupported, field: field,
                        "\"\(text(merge.number))\" has the same score as a piece that it shares a part with")
                }
            }
        }
        return group
    }

    /// Runs of one character: merged from the left, each run grows as long as it can before the next one
    /// begins, which is what the longest first gives too. Nil when they are not such runs.
    private func runs(_ group: [Merge]) -> [Merge]? {
        let first = pieces[group[0].number]
        let size = first.dropFirst().firstIndex { $0 & 0xC0 != 0x80 }.map { $0 - first.startIndex }
        guard let size else { return nil }
        let character = first.prefix(size)
        var parts: [Int: (left: Int, right: Int)] = [:]
        for merge in group {
            let piece = pieces[merge.number]
            let length = piece.count / size
            guard piece.count % size == 0, length <= Self.longestRun,
                (0..<length).allSatisfy({ piece.dropFirst($0 * size).prefix(size).elementsEqual(character) })
            else { return nil }
            parts[length] = (merge.border / size, length - merge.border / size)
        }
        // Beyond a few times the longest piece nothing new happens.
        let agree = (2...4 * (parts.keys.max() ?? 1)).allSatisfy { length in
            Self.growth(of: length) { left, right in parts[left + right] == nil ? nil : 0 }
                == Self.growth(of: length) { left, right in
                    parts[left + right].flatMap { $0 == (left, right) ? left + right : nil }
                }
        }
        return agree ? group.sorted { pieces[$0.number].count > pieces[$1.number].count } : nil
    }

    private static let longestRun = 32
    /// Models have one such group; trying many would take long.
    private static let maximumRunGroups = 8

    /// What becomes of a run, step by step, when of neighbours with a value the largest are merged, leftmost
    /// first.
    private static func growth(of length: Int, _ value: (_ left: Int, _ right: Int) -> Int?) -> [[Int]] {
        var parts = [Int](repeating: 1, count: length)
        var steps = [parts]
        while true {
            var best: (value: Int, at: Int)?
            for at in parts.indices.dropLast() {
                if let value = value(parts[at], parts[at + 1]), value > best?.value ?? -1 {
                    best = (value, at)
                }
            }
            guard let at = best?.at else { return steps }
            let right = parts.remove(at: at + 1)
            parts[at] += right
            steps.append(parts)
        }
    }
}
