internal import CodecCore
internal import CodecMaps

/// The text of single ids, as bytes: what stop strings are matched against and cut in.
struct TokenText: Sendable {
    let map: TokenizerMap

    /// An id's part of the text; special tokens have none.
    func bytes(of id: TokenID) -> [UInt8] {
        map.vocabulary.isSpecial(id) ? [] : map.vocabulary.bytes(of: id)
    }

    /// Ids that decode to exactly these bytes, which may begin or end inside a character.
    ///
    /// Where the tokenizer's own ids say something else (it may add a space, or replace what is not UTF-8),
    /// they are one token a byte; bytes that have no token are left out.
    func ids(of bytes: [UInt8]) -> [TokenID] {
        let ids = bytes.withUnsafeBufferPointer { map.tokenizer.encode(utf8: $0) }
        if ids.flatMap(self.bytes(of:)) == bytes { return ids }
        var single: [UInt8: TokenID] = [:]
        for id in 0..<TokenID(clamping: map.vocabulary.idLimit) where map.vocabulary.contains(id) {
            let text = self.bytes(of: id)
            if text.count == 1, single[text[0]] == nil { single[text[0]] = id }
        }
        return bytes.compactMap { single[$0] }
    }
}
