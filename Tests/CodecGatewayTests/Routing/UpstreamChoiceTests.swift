import CodecGateway
import Testing

@Suite("Choosing an upstream")
struct UpstreamChoiceTests {
    typealias Candidate = UpstreamChoice.Candidate
    private static let soon = ContinuousClock.now + .seconds(1)
    private static let later = ContinuousClock.now + .seconds(9)

    @Test(
        "least busy, among those that may be asked",
        arguments: [
            ([], nil),
            ([Candidate(name: "a", running: 3), Candidate(name: "b", running: 1)], 1),
            // Four running on a weight of four are less than two on a weight of one.
            ([Candidate(name: "a", running: 2), Candidate(name: "b", weight: 4, running: 4)], 1),
            ([Candidate(name: "a", priority: 1), Candidate(name: "b", priority: 0, running: 9)], 1),
            // A free slot of a lower priority comes before the queue of a higher one.
            ([Candidate(name: "a", hasRoom: false), Candidate(name: "b", priority: 5)], 1),
            ([Candidate(name: "a", hasRoom: false), Candidate(name: "b", availability: .unhealthy)], 0),
            ([Candidate(name: "a", hasRoom: false, canQueue: false)], nil),
            ([Candidate(name: "a", availability: .out(until: soon)), Candidate(name: "b", running: 9)], 1),
            ([Candidate(name: "a", running: 1), Candidate(name: "b", availability: .halfOpen)], 1),
            // All are out: the one that is back first.
            (
                [
                    Candidate(name: "a", availability: .unhealthy),
                    Candidate(name: "b", availability: .out(until: later)),
                    Candidate(name: "c", availability: .out(until: soon)),
                ], 2
            ),
        ] as [([Candidate], Int?)])
    func leastBusy(candidates: [Candidate], expected: Int?) {
        #expect(UpstreamChoice(.leastBusy).pick(candidates, chance: 0) == expected)
    }

    @Test("by chance: each gets its weight's share")
    func weighted() {
        let candidates = [
            Candidate(name: "a", weight: 1, running: 100), Candidate(name: "b", weight: 3),
            Candidate(name: "c", weight: 9, availability: .out(until: Self.soon)),
        ]
        var counts = [0, 0, 0]
        for step in 0..<400 {
            let index = UpstreamChoice(.weighted).pick(candidates, chance: (Double(step) + 0.5) / 400)
            if let index { counts[index] += 1 }
        }
        #expect(counts == [100, 300, 0])
        #expect(UpstreamChoice(.weighted).pick(candidates, chance: 0.999_999_999_999_999_9) == 1)
    }

    @Test("equally busy ones share by weight")
    func ties() {
        let candidates = [Candidate(name: "a", weight: 1), Candidate(name: "b", weight: 3)]
        #expect(UpstreamChoice(.leastBusy).pick(candidates, chance: 0.2) == 0)
        #expect(UpstreamChoice(.leastBusy).pick(candidates, chance: 0.3) == 1)
    }

    @Test("a prefix stays where it is; when one upstream goes, only its own prefixes move")
    func prefix() {
        let names = ["a", "b", "c", "d"]
        let choice = UpstreamChoice(.prefix)
        let all = names.map { Candidate(name: $0) }
        let without = all.map { candidate in
            var candidate = candidate
            if candidate.name == "c" { candidate.availability = .out(until: Self.soon) }
            return candidate
        }
        var counts = [0, 0, 0, 0]
        for prefix in 0..<1000 as Range<UInt64> {
            let home = choice.pick(all, prefix: prefix, chance: 0.1)
            #expect(choice.pick(all, prefix: prefix, chance: 0.9) == home)
            let other = choice.pick(without, prefix: prefix, chance: 0.5)
            #expect(other != 2)
            if home != 2 { #expect(other == home) }
            if let home { counts[home] += 1 }
        }
        for count in counts { #expect(200...300 ~= count, "\(counts)") }
    }

    @Test("weights count for prefixes too")
    func weightedPrefix() {
        let candidates = [Candidate(name: "a", weight: 1), Candidate(name: "b", weight: 3)]
        let counts = (0..<1000 as Range<UInt64>).reduce(into: [0, 0]) { counts, prefix in
            if let index = UpstreamChoice(.prefix).pick(candidates, prefix: prefix, chance: 0) {
                counts[index] += 1
            }
        }
        #expect(200...300 ~= counts[0], "\(counts)")
    }

    @Test("a prefix goes elsewhere while its home has much more than its share")
    func boundedLoad() {
        let choice = UpstreamChoice(.prefix)
        for prefix in 0..<100 as Range<UInt64> {
            var candidates = [Candidate(name: "a"), Candidate(name: "b")]
            guard let home = choice.pick(candidates, prefix: prefix, chance: 0) else { continue }
            candidates[home].running = 10
            candidates[1 - home].running = 8
            #expect(choice.pick(candidates, prefix: prefix, chance: 0) == home)
            candidates[home].running = 20
            #expect(choice.pick(candidates, prefix: prefix, chance: 0) == 1 - home)
        }
    }
}
