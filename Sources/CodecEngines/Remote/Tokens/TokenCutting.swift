internal import CodecCore
internal import CodecMaps

/// What a completion's ids are held to.
struct TokenFilter: Sendable {
    let stop: [String]
    let prefix: [TokenID]
    let suffix: [TokenID]
    let limit: Int?
    let map: TokenizerMap
    /// For errors.
    let upstream: String

    init(_ request: CompletionRequest, order: TokenOrder, map: TokenizerMap, upstream: String) {
        stop = request.stop
        prefix = request.constraint?.prefix ?? []
        suffix = request.constraint?.suffix ?? []
        limit = order.limit
        self.map = map
        self.upstream = upstream
    }
}

/// Checks an upstream's ids, takes the end of the turn out, and cuts at stop texts.
struct TokenCutting {
    private let filter: TokenFilter
    private var matcher: StopSequenceMatcher?
    /// The last id so far, where it may be the end of the turn: a special one.
    private var held: TokenID?
    private var count = 0

    init(_ filter: TokenFilter) {
        self.filter = filter
        let text = TokenText(map: filter.map)
        if !filter.stop.isEmpty {
            matcher = StopSequenceMatcher(
                stops: filter.stop, textOfID: text.bytes(of:), idsOfText: text.ids(of:))
        }
    }

    /// The ids that may go on, and the end if it has come.
    /// - Throws: `upstreamFailed` for an id that the vocabulary has not, and for more of them than were asked for.
    mutating func take(_ step: TokenStep) throws(EngineError) -> ([TokenID], FinishReason?) {
        for id in step.ids where !filter.map.vocabulary.contains(id) {
            throw .malformed(
                "id \(id), which the vocabulary of '\(filter.map.id)' has not", from: filter.upstream)
        }
        var ids = held.map { [$0] } ?? []
        ids += step.ids
        held = nil
        if step.end != .length, let last = ids.last, filter.map.vocabulary.isSpecial(last) {
            ids.removeLast()
            if step.end == nil { held = last }
        }
        count += ids.count
        if let limit = filter.limit, count > limit {
            throw .malformed("more than the \(limit) ids that were asked for", from: filter.upstream)
        }
        guard matcher != nil else { return finished(ids, step.end) }
        var certain: [TokenID] = []
        for id in ids {
            certain += matcher?.append(id) ?? []
            if matcher?.hasMatched == true { return (certain, .stopSequence) }
        }
        guard step.end != nil else { return (certain, nil) }
        return finished(certain + (matcher?.finish() ?? []), step.end)
    }

    private func finished(_ ids: [TokenID], _ end: FinishReason?) -> ([TokenID], FinishReason?) {
        (end == .endOfSequence ? ids + filter.suffix : ids, end)
    }
}
