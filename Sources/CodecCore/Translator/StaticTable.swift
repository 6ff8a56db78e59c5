/// For each id of one vocabulary the ids of its text in another (spec §10): for analysis only, since what a token
/// becomes depends on its neighbours.
public struct StaticTable: Sendable {
    /// The ids of the source whose text has ids in the target, rising; special tokens have no text.
    public private(set) var sourceIDs: [TokenID] = []
    private var targets: [TokenID] = []
    /// Where the ids of the nth of `sourceIDs` end.
    private var ends: [Int] = []

    init(from source: Vocabulary, to target: Tokenizer) {
        var text: [UInt8] = []
        for id in 0..<TokenID(source.idLimit) where !source.isSpecial(id) && source.contains(id) {
            text.removeAll(keepingCapacity: true)
            var detokenizer = Detokenizer(source, leadingSpace: .keep)
            detokenizer.append(CollectionOfOne(id), into: &text)
            detokenizer.finish(into: &text)
            let ids = text.withUnsafeBufferPointer { target.encode(utf8: $0) }
            guard !ids.isEmpty else { continue }
            targets += ids
            sourceIDs.append(id)
            ends.append(targets.count)
        }
    }

    /// The target's ids for an id of the source; nil where there are none.
    public subscript(id: TokenID) -> ArraySlice<TokenID>? {
        var (low, high) = (0, sourceIDs.count)
        while low < high {
            let middle = (low + high) / 2
            if sourceIDs[middle] < id { low = middle + 1 } else { high = middle }
        }
        guard low < sourceIDs.count, sourceIDs[low] == id else { return nil }
        return targets[(low == 0 ? 0 : ends[low - 1])..<ends[low]]
    }
}

extension Translator {
    /// Decodes each id of the source alone, with a leading space if it has one, and encodes its text.
    public static func staticTable(from source: Vocabulary, to target: Tokenizer) -> StaticTable {
        StaticTable(from: source, to: target)
    }
}
