@testable import CodecCore

/// What a watcher must see in a whole stream, an id at a time.
struct PlainWatcher {
    var markers: [ToolWatcher.Markers]
    var regionLimit = ToolWatcher.defaultRegionLimit

    func events(_ ids: [TokenID], finishReason: FinishReason? = nil) -> [ToolWatcher.Event] {
        var events: [ToolWatcher.Event] = []
        var outside: [TokenID] = []
        var region: (pair: Int, ids: [TokenID], isOver: Bool)?
        func flush() {
            if !outside.isEmpty { events.append(.passthrough(outside)) }
            outside = []
        }
        for id in ids {
            guard var current = region else {
                if let pair = markers.firstIndex(where: { $0.start == id }) {
                    flush()
                    region = (pair, [], false)
                } else {
                    outside.append(id)
                }
                continue
            }
            if id == markers[current.pair].end {
                if !current.isOver { events.append(.region(current.ids, pair: current.pair)) }
                region = nil
                continue
            }
            if id == markers[current.pair].start {
                events.append(.nestedStart(pair: current.pair))
                continue
            }
            if !current.isOver {
                current.ids.append(id)
                if current.ids.count == regionLimit {
                    events.append(.overflow(current.ids, pair: current.pair))
                    current = (current.pair, [], true)
                }
            }
            region = current
        }
        flush()
        if let region {
            events.append(.truncated(region.ids, finishReason: finishReason, pair: region.pair))
        }
        return events
    }

    /// The events with neighbouring runs of passthrough joined: what does not depend on cuts.
    static func joined(_ events: [ToolWatcher.Event]) -> [ToolWatcher.Event] {
        var joined: [ToolWatcher.Event] = []
        for event in events {
            if case .passthrough(let more) = event, case .passthrough(let ids) = joined.last {
                joined[joined.count - 1] = .passthrough(ids + more)
            } else {
                joined.append(event)
            }
        }
        return joined
    }
}
