/// What a `ToolWatcher` sees in a stream of ids (spec §9), in stream order.
///
/// `pair` is the index of the markers among those that the watcher was made with.
public enum WatcherEvent<IDs: Sendable>: Sendable {
    /// Ids outside any region; never empty.
    case passthrough(IDs)
    /// A whole region, without its markers; it may be empty.
    case region(IDs, pair: Int)
    /// A start marker inside its own region: left out of the body, and the region goes on.
    case nestedStart(pair: Int)
    /// A region that has grown to the limit: its ids so far. The rest of it is not kept, and no `region` follows.
    case overflow(IDs, pair: Int)
    /// The stream has ended inside a region: its ids so far, none after an `overflow`.
    case truncated(IDs, finishReason: FinishReason?, pair: Int)

    /// The same event with its ids in another form.
    public func map<Other: Sendable>(_ transform: (IDs) -> Other) -> WatcherEvent<Other> {
        switch self {
        case .passthrough(let ids): .passthrough(transform(ids))
        case .region(let ids, let pair): .region(transform(ids), pair: pair)
        case .nestedStart(let pair): .nestedStart(pair: pair)
        case .overflow(let ids, let pair): .overflow(transform(ids), pair: pair)
        case .truncated(let ids, let reason, let pair):
            .truncated(transform(ids), finishReason: reason, pair: pair)
        }
    }
}

extension WatcherEvent: Equatable where IDs: Equatable {}

/// Where the ids of an event are: copied only where they do not lie side by side in what was fed.
public enum WatchedIDs: Sendable, Equatable {
    /// In the ids of this very call.
    case fed(Range<Int>)
    /// In a region that began in an earlier call, or from which a nested start marker was taken.
    case owned([TokenID])

    /// The ids themselves.
    /// - Parameter ids: those that were fed in the call that the event came from.
    public func array(from ids: Span<TokenID>) -> [TokenID] {
        switch self {
        case .fed(let range): ids.extracting(range).withUnsafeBufferPointer { Array($0) }
        case .owned(let ids): ids
        }
    }
}
