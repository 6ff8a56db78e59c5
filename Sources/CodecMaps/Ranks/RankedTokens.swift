internal import CodecCore

/// Tokens as bytes, each with its rank: what tiktoken's files hold. Merges are not listed; the pair whose
/// token has the lowest rank is merged first.
struct RankedTokens {
    private(set) var tokens = StringTable()
    private(set) var ranks: [UInt32] = []

    /// - Throws: `invalidField` for an empty token, or one beyond reason.
    mutating func append(_ token: [UInt8], rank: UInt32, field: String, offset: Int?) throws(MapError) {
        guard (1...MergeDerivation.longestToken).contains(token.count) else {
            throw MapError(
                .invalidField, field: field, offset: offset,
                token.isEmpty ? "an empty token" : "a token longer than \(MergeDerivation.longestToken) bytes"
            )
        }
        token.withUnsafeBufferPointer { tokens.append($0) }
        ranks.append(rank)
    }

    var count: Int { ranks.count }

    /// The byte_level document's vocabulary and merges, best first.
    /// - Parameter firstID: the id of rank 0.
    /// - Throws: `invalidField` when a token or a rank occurs twice, or a byte has no token.
    func vocabulary(
        firstID: TokenID, field: String
    ) throws(MapError) -> (vocab: MapDocument.Vocab, merges: StringTable) {
        let index = StringIndex(tokens)
        if let number = index.firstRepeat {
            throw MapError(
                .invalidField, field: field,
                "the token of rank \(ranks[number]) occurs before with another rank")
        }
        if let byte = (0...255 as ClosedRange<UInt8>).first(where: { index.find(CollectionOfOne($0)) == nil })
        {
            throw MapError(.invalidField, field: field, "there is no token for the byte \(byte)")
        }
        let sorted = ranks.indices.sorted { ranks[$0] < ranks[$1] }
        if let (first, _) = zip(sorted, sorted.dropFirst()).first(where: { ranks[$0] == ranks[$1] }) {
            throw MapError(.invalidField, field: field, "the rank \(ranks[first]) occurs twice")
        }
        guard (sorted.last.map { UInt64(ranks[$0]) } ?? 0) + UInt64(firstID) <= MapDocument.maximumID else {
            throw MapError(.invalidField, field: field, "an id is larger than \(MapDocument.maximumID)")
        }

        var vocab = MapDocument.Vocab()
        var merges = StringTable()
        let spell = ByteAlphabetSpelling()
        var derivation = MergeDerivation(index, order: ranks, symbols: .bytes)
        var line: [UInt8] = []
        tokens.bytes.withUnsafeBytes { bytes in
            for number in sorted {
                let token = UnsafeRawBufferPointer(rebasing: bytes[tokens.range(number)])
                line.removeAll(keepingCapacity: true)
                spell.append(token, to: &line)
                line.withUnsafeBufferPointer { vocab.tokens.append($0) }
                vocab.ids.append(firstID + ranks[number])
                guard let border = derivation.border(in: token) else { continue }
                line.removeAll(keepingCapacity: true)
                spell.append(token[..<border], to: &line)
                line.append(0x20)
                spell.append(token[border...], to: &line)
                line.withUnsafeBufferPointer { merges.append($0) }
            }
        }
        return (vocab, merges)
    }
}
