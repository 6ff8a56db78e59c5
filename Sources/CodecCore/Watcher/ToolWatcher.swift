/// Finds regions that lie between two special tokens, such as tool calls, in a stream of ids, without decoding
/// (spec §9).
///
/// Several pairs of markers are watched in one pass. Regions do not nest: inside one, other pairs' markers are ids
/// like any other. How the stream is cut into calls only decides where runs of `passthrough` are cut.
public struct ToolWatcher: Sendable {
    /// The tokens that a region lies between.
    public struct Markers: Sendable, Equatable {
        public var start: TokenID
        public var end: TokenID

        public init(start: TokenID, end: TokenID) {
            self.start = start
            self.end = end
        }
    }

    /// An event with its ids.
    public typealias Event = WatcherEvent<[TokenID]>

    /// How many ids of a region are kept, unless the watcher is told otherwise.
    public static let defaultRegionLimit = 65_536

    private let markers: [Markers]
    private let regionLimit: Int
    /// Finds what begins a region.
    private let starts: MarkerSearch
    /// By pair: finds what ends its region, or would begin it.
    private let borders: [MarkerSearch]
    /// The pair whose region the stream is in.
    private var open: Int?
    /// What earlier calls brought of the region.
    private var held: [TokenID] = []
    /// The region has grown to the limit.
    private var hasOverflowed = false

    /// - Parameters:
    ///   - markers: pairs with different start tokens. A pair may end with the token that it starts with.
    ///   - regionLimit: how many ids of a region are kept, at least 1.
    /// - Throws: `noMarkers`, `repeatedStart`.
    public init(
        markers: [Markers], regionLimit: Int = ToolWatcher.defaultRegionLimit
    ) throws(WatcherError) {
        guard !markers.isEmpty else { throw .noMarkers }
        for (index, pair) in markers.enumerated() {
            for other in markers[..<index] where other.start == pair.start {
                throw .repeatedStart(pair.start)
            }
        }
        self.markers = markers
        self.regionLimit = max(1, regionLimit)
        starts = MarkerSearch(markers.map { $0.start })
        borders = markers.map { MarkerSearch([$0.start, $0.end]) }
    }

    /// - Parameters:
    ///   - names: of special tokens of the vocabulary, a pair for each kind of region.
    ///   - regionLimit: how many ids of a region are kept, at least 1.
    /// - Throws: `unknownMarker`, and what `init(markers:regionLimit:)` throws.
    public init(
        _ vocabulary: Vocabulary, markers names: [(start: String, end: String)],
        regionLimit: Int = ToolWatcher.defaultRegionLimit
    ) throws(WatcherError) {
        var markers: [Markers] = []
        for pair in names {
            guard let start = vocabulary.specialID(named: pair.start) else {
                throw .unknownMarker(name: pair.start)
            }
            guard let end = vocabulary.specialID(named: pair.end) else {
                throw .unknownMarker(name: pair.end)
            }
            markers.append(Markers(start: start, end: end))
        }
        try self.init(markers: markers, regionLimit: regionLimit)
    }

    /// A watcher of one pair.
    /// - Throws: `unknownMarker`.
    public init(
        _ vocabulary: Vocabulary, start: String, end: String,
        regionLimit: Int = ToolWatcher.defaultRegionLimit
    ) throws(WatcherError) {
        try self.init(vocabulary, markers: [(start, end)], regionLimit: regionLimit)
    }

    /// Whether the stream is inside a region.
    public var inside: Bool { open != nil }

    /// The pair whose region the stream is in.
    public var openPair: Int? { open }

    /// The next ids of the stream, and what they bring.
    public mutating func feed(_ ids: [TokenID]) -> [Event] {
        var events: [Event] = []
        let span = ids.span
        feed(span) { event in events.append(event.map { $0.array(from: span) }) }
        return events
    }

    /// The next ids of the stream; `handle` gets what they bring. Nothing is copied but regions that cross calls.
    public mutating func feed(_ ids: Span<TokenID>, _ handle: (WatcherEvent<WatchedIDs>) -> Void) {
        ids.withUnsafeBufferPointer { ids in
            guard let base = ids.baseAddress else { return }
            var position = 0
            while position < ids.count {
                if let open {
                    position = follow(open, base, position, ids.count, handle)
                } else {
                    position = pass(base, position, ids.count, handle)
                }
            }
        }
    }

    /// The stream has ended: tells of a region that is still open. The watcher is then as new.
    public mutating func end(finishReason: FinishReason? = nil) -> Event? {
        defer { reset() }
        return open.map { .truncated(held, finishReason: finishReason, pair: $0) }
    }

    /// Forgets the stream; the next one begins.
    public mutating func reset() {
        open = nil
        held = []
        hasOverflowed = false
    }

    /// Passes ids through up to the next region; returns where its body begins.
    private mutating func pass(
        _ ids: UnsafePointer<TokenID>, _ start: Int, _ end: Int,
        _ handle: (WatcherEvent<WatchedIDs>) -> Void
    ) -> Int {
        let marker = starts.first(in: ids, start, end)
        if start < marker { handle(.passthrough(.fed(start..<marker))) }
        guard marker < end else { return end }
        open = markers.firstIndex { $0.start == ids[marker] }
        return marker + 1
    }

    /// Follows a region up to its next marker, its limit, or what there is of it; returns where it stopped.
    private mutating func follow(
        _ pair: Int, _ ids: UnsafePointer<TokenID>, _ start: Int, _ end: Int,
        _ handle: (WatcherEvent<WatchedIDs>) -> Void
    ) -> Int {
        let limit = hasOverflowed ? end : min(end, start + regionLimit - held.count)
        let stop = borders[pair].first(in: ids, start, limit)
        if stop < limit, ids[stop] == markers[pair].end {
            if !hasOverflowed { handle(.region(take(ids, start..<stop), pair: pair)) }
            reset()
            return stop + 1
        }
        if !hasOverflowed {
            if stop - start + held.count == regionLimit {
                handle(.overflow(take(ids, start..<stop), pair: pair))
                hasOverflowed = true
                return stop
            }
            held += UnsafeBufferPointer(start: ids + start, count: stop - start)
        }
        guard stop < limit else { return stop }
        handle(.nestedStart(pair: pair))
        return stop + 1
    }

    /// What is held of the region and these ids, of which nothing is held afterwards.
    private mutating func take(_ ids: UnsafePointer<TokenID>, _ range: Range<Int>) -> WatchedIDs {
        guard !held.isEmpty else { return .fed(range) }
        var all: [TokenID] = []
        swap(&all, &held)
        all += UnsafeBufferPointer(start: ids + range.lowerBound, count: range.count)
        return .owned(all)
    }
}
