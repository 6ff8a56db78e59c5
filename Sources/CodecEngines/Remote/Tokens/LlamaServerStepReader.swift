internal import CodecAPI
internal import CodecCore
internal import CodecMaps

/// A chunk comes once its text is whole characters, and tells its last id only; `tokens_predicted` counts the others.
struct LlamaServerStepReader: TokenStepReader {
    let map: TokenizerMap
    let gaps: LlamaServerUpstream.Gaps
    let lost: LostTokens
    /// Ids after the first byte of a character.
    static let longestRest = 3

    private let limit: Int?
    private var told = 0
    private var hasEnded = false

    /// - Parameter limit: So many ids are wanted; the server was asked for `longestRest` more.
    init(map: TokenizerMap, gaps: LlamaServerUpstream.Gaps, lost: LostTokens, limit: Int?) {
        self.map = map
        self.gaps = gaps
        self.lost = lost
        self.limit = limit
    }

    mutating func append(data: [UInt8]) throws(AnswerError) -> TokenStep? {
        if hasEnded || data.starts(with: "[DONE]".utf8) { return nil }
        let chunk = try AnswerError.document(data)
        guard let count = chunk["tokens_predicted"]?.count, let content = chunk["content"]?.string else {
            throw .malformed("A chunk has no 'tokens_predicted' or no 'content'.")
        }
        var ids = try AnswerError.ids(chunk["tokens"], of: "tokens")
        hasEnded = chunk["stop"]?.bool ?? false
        let missing = count - told - ids.count
        guard missing >= 0 else {
            throw .malformed("It counts \(count) tokens, and \(told + ids.count) ids came.")
        }
        if missing > 0 { ids = try restore(missing, before: ids, text: Array(content.utf8)) }
        let before = told
        told = count
        if let limit, isPast(limit, ids) {
            hasEnded = true
            return TokenStep(ids: Array(ids.prefix(max(0, limit - before))), end: .length)
        }
        guard hasEnded else { return TokenStep(ids: ids) }
        let end: FinishReason = chunk["stop_type"]?.string == "limit" ? .length : .endOfSequence
        return TokenStep(ids: ids, end: end)
    }

    /// Whether the limit ends the completion: a special id at its very place may be the end of the turn.
    private func isPast(_ limit: Int, _ ids: [TokenID]) -> Bool {
        if told > limit { return true }
        guard told == limit, let last = ids.last else { return false }
        return !map.vocabulary.isSpecial(last)
    }

    mutating func finish() throws(AnswerError) -> TokenStep? { nil }

    private func restore(_ missing: Int, before ids: [TokenID], text: [UInt8]) throws(AnswerError)
        -> [TokenID]
    {
        let known = ids.flatMap { map.vocabulary.isSpecial($0) ? [] : map.vocabulary.bytes(of: $0) }
        if !ids.isEmpty, text.count > known.count, text.suffix(known.count) == known[...],
            let found = lost.only(missing, spelling: Array(text.dropLast(known.count)))
        {
            return found + ids
        }
        guard gaps == .retokenize else {
            throw .malformed(
                "It did not tell \(missing) ids of the text '\(String(decoding: text.prefix(50), as: UTF8.self))', and they "
                    + "cannot be made out for certain.")
        }
        return text.isEmpty ? ids : TokenText(map: map).ids(of: text)
    }
}
