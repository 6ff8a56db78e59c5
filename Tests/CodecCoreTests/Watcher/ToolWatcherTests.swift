import CodecTesting
import Foundation
import Testing

@testable import CodecCore

@Suite struct ToolWatcherTests {
    typealias Markers = ToolWatcher.Markers
    typealias Event = ToolWatcher.Event

    /// An event of the published Python client: its kind and its ids.
    struct Published: Decodable, Equatable {
        var kind: String
        var ids: [TokenID]

        init(_ kind: String, _ ids: [TokenID]) { (self.kind, self.ids) = (kind, ids) }

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            kind = try values.decode(String.self)
            ids = try values.decode([TokenID].self)
        }

        /// It has no more than these two.
        init?(_ event: Event) {
            switch event {
            case .passthrough(let ids): self.init("passthrough", ids)
            case .region(let ids, _): self.init("region", ids)
            case .nestedStart, .overflow, .truncated: return nil
            }
        }
    }

    struct Golden: Decodable {
        struct Step: Decodable {
            var feed: [TokenID]?
            var reset: Bool?
            var events: [Published]?
            var inside: Bool
        }
        var id: String
        var start_id: TokenID?
        var end_id: TokenID?
        var chunks: [[TokenID]]?
        var events: [[Published]]?
        var inside_after: Bool?
        var pending_after: [TokenID]?
        var whole: [Published]?
        var steps: [Step]?
    }

    @Test("the published client's events, call by call")
    func golden() throws {
        var cases: [Golden] = try Fixture.load("watcher.jsonl", atLeast: 150, in: Bundle.module)
        if Fixture.hasConformance {
            cases = try Fixture.conformance("watcher/events.jsonl", atLeast: 200)
        }
        for golden in cases {
            guard let start = golden.start_id, let end = golden.end_id else { continue }
            var watcher = try ToolWatcher(markers: [Markers(start: start, end: end)])
            for step in golden.steps ?? [] {
                if step.reset == true { watcher.reset() }
                let events = watcher.feed(step.feed ?? []).compactMap(Published.init)
                #expect(events == step.events ?? [], "\(golden.id)")
                #expect(watcher.inside == step.inside, "\(golden.id)")
            }
            guard let chunks = golden.chunks else { continue }
            for (chunk, expected) in zip(chunks, golden.events ?? []) {
                #expect(watcher.feed(chunk).compactMap(Published.init) == expected, "\(golden.id)")
            }
            #expect(watcher.inside == golden.inside_after, "\(golden.id)")
            let rest: Event? =
                watcher.inside ? .truncated(golden.pending_after ?? [], finishReason: nil, pair: 0) : nil
            #expect(watcher.end() == rest, "\(golden.id)")
            let whole = watcher.feed(chunks.flatMap(\.self)).compactMap(Published.init)
            #expect(whole == golden.whole, "\(golden.id)")
        }
    }

    /// Streams of one pair, 1 to 2, of which three ids are kept.
    static let streams: [(ids: [TokenID], events: [Event])] = [
        ([], []),
        ([7, 2, 8], [.passthrough([7, 2, 8])]),
        ([1, 2], [.region([], pair: 0)]),
        ([7, 1, 5, 6, 2, 8], [.passthrough([7]), .region([5, 6], pair: 0), .passthrough([8])]),
        ([1, 5, 1, 6, 2], [.nestedStart(pair: 0), .region([5, 6], pair: 0)]),
        ([1, 1, 5, 2], [.nestedStart(pair: 0), .region([5], pair: 0)]),
        ([1, 5, 6, 7, 2, 8], [.overflow([5, 6, 7], pair: 0), .passthrough([8])]),
        (
            [1, 5, 6, 7, 8, 1, 9, 2, 1, 2],
            [.overflow([5, 6, 7], pair: 0), .nestedStart(pair: 0), .region([], pair: 0)]
        ),
        ([7, 1, 5], [.passthrough([7]), .truncated([5], finishReason: .length, pair: 0)]),
        ([1], [.truncated([], finishReason: .length, pair: 0)]),
        (
            [1, 5, 6, 7, 8],
            [.overflow([5, 6, 7], pair: 0), .truncated([], finishReason: .length, pair: 0)]
        ),
    ]

    @Test("regions, nested starts, overflow, truncation", arguments: streams.indices)
    func events(_ index: Int) throws {
        let (ids, expected) = Self.streams[index]
        let markers = [Markers(start: 1, end: 2)]
        #expect(PlainWatcher(markers: markers, regionLimit: 3).events(ids, finishReason: .length) == expected)
        for chunk in 1...max(1, ids.count) {
            var watcher = try ToolWatcher(markers: markers, regionLimit: 3)
            var events: [Event] = []
            for start in stride(from: 0, to: ids.count, by: chunk) {
                events += watcher.feed(Array(ids[start..<min(ids.count, start + chunk)]))
            }
            if let last = watcher.end(finishReason: .length) { events.append(last) }
            #expect(PlainWatcher.joined(events) == expected)
            #expect(!watcher.inside)
        }
    }

    static let pairs: [[Markers]] = [
        [Markers(start: 1, end: 2)], [Markers(start: 1, end: 1)],
        [Markers(start: 1, end: 2), Markers(start: 3, end: 4)],
        [Markers(start: 1, end: 9), Markers(start: 3, end: 9), Markers(start: 9, end: 1)],
        (0..<12).map { Markers(start: 20 + $0, end: 40 + $0) } + [Markers(start: .max, end: 0)],
    ]

    @Test("random streams cut anywhere", arguments: pairs.indices)
    func cuts(_ index: Int) throws {
        let plain = PlainWatcher(markers: Self.pairs[index], regionLimit: 40)
        let alphabet = plain.markers.flatMap { [$0.start, $0.end] }
        var generator = SeededGenerator(seed: UInt64(index))
        var cuts = 0
        while cuts < 20_000 {
            // From streams of nothing but markers to such as have hardly any.
            let rarity = [1, 4, 30, 300].randomElement(using: &generator) ?? 1
            let ids = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                Int.random(in: 0..<rarity, using: &generator) == 0
                    ? alphabet.randomElement(using: &generator) ?? 0
                    : TokenID.random(in: 0...100, using: &generator)
            }
            let longest = [1, 5, 70, 400].randomElement(using: &generator) ?? 1
            var watcher = try ToolWatcher(markers: plain.markers, regionLimit: 40)
            var events: [Event] = []
            var start = 0
            while start < ids.count {
                let end = min(ids.count, start + Int.random(in: 0...longest, using: &generator))
                events += watcher.feed(Array(ids[start..<end]))
                start = end
                cuts += 1
            }
            if let last = watcher.end(finishReason: .error) { events.append(last) }
            #expect(PlainWatcher.joined(events) == plain.events(ids, finishReason: .error), "\(ids)")
        }
    }

    @Test("ids are copied only where a region crosses calls or has lost a marker")
    func copies() throws {
        var watcher = try ToolWatcher(markers: [Markers(start: 1, end: 2)])
        func feed(_ ids: [TokenID]) -> [WatcherEvent<WatchedIDs>] {
            var events: [WatcherEvent<WatchedIDs>] = []
            watcher.feed(ids.span) { events.append($0) }
            return events
        }
        #expect(
            feed([7, 1, 5, 6, 2, 8, 1])
                == [.passthrough(.fed(0..<1)), .region(.fed(2..<4), pair: 0), .passthrough(.fed(5..<6))])
        #expect(watcher.openPair == 0)
        #expect(feed([5, 2]) == [.region(.fed(0..<1), pair: 0)])
        #expect(feed([1, 5]).isEmpty)
        #expect(feed([6, 2, 9]) == [.region(.owned([5, 6]), pair: 0), .passthrough(.fed(2..<3))])
        #expect(feed([1, 5, 1, 6, 2]) == [.nestedStart(pair: 0), .region(.owned([5, 6]), pair: 0)])
        #expect(watcher.openPair == nil)
    }

    @Test("reset forgets an open region")
    func reset() throws {
        var watcher = try ToolWatcher(markers: [Markers(start: 1, end: 2)])
        #expect(watcher.feed([1, 5]).isEmpty)
        watcher.reset()
        #expect(!watcher.inside)
        #expect(watcher.end() == nil)
        #expect(watcher.feed([6, 2]) == [.passthrough([6, 2])])
    }

    @Test("markers are special tokens, by name")
    func names() throws {
        let vocabulary = try SmallVocabulary(merges: [], specials: ["<think>", "</think>", "<x>"]).compile()
        var watcher = try ToolWatcher(vocabulary, start: "<think>", end: "</think>")
        #expect(watcher.feed([256, 65, 257]) == [.region([65], pair: 0)])
        #expect(throws: WatcherError.unknownMarker(name: "<call>")) {
            try ToolWatcher(vocabulary, start: "<call>", end: "</think>")
        }
        #expect(throws: WatcherError.unknownMarker(name: "a")) {
            try ToolWatcher(vocabulary, markers: [("<think>", "</think>"), ("<x>", "a")])
        }
        #expect(throws: WatcherError.unknownMarker(name: "")) {
            try ToolWatcher(vocabulary, start: "<think>", end: "")
        }
        #expect(throws: WatcherError.noMarkers) { try ToolWatcher(markers: []) }
        #expect(throws: WatcherError.repeatedStart(256)) {
            try ToolWatcher(vocabulary, markers: [("<think>", "</think>"), ("<think>", "<x>")])
        }
    }
}
