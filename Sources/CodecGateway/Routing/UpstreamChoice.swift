/// Chooses among upstreams: by priority first, then by the policy. Pure: chance comes in as a number.
package struct UpstreamChoice: Sendable {
    package struct Candidate: Sendable, Equatable {
        package var name: String
        package var weight: Int
        package var priority: Int
        package var running: Int
        package var hasRoom: Bool
        package var canQueue: Bool
        package var availability: UpstreamState.Availability

        package init(
            name: String, weight: Int = 1, priority: Int = 0, running: Int = 0, hasRoom: Bool = true,
            canQueue: Bool = true, availability: UpstreamState.Availability = .open
        ) {
            self.name = name
            self.weight = max(1, weight)
            self.priority = priority
            self.running = running
            self.hasRoom = hasRoom
            self.canQueue = canQueue
            self.availability = availability
        }
    }

    /// How much more than its share an upstream may have before the prefix policy turns to another.
    private static let bound = 1.25

    package var policy: GatewayConfiguration.Routing.Policy

    package init(_ policy: GatewayConfiguration.Routing.Policy) { self.policy = policy }

    /// The place of the candidate that is to be asked; nil when there is none.
    ///
    /// Those with a free slot come before those with a place in the queue. When all are out, the one that is back first is
    /// asked all the same: a request that may fail is better than one that does.
    /// - Parameters:
    ///   - prefix: the hash of the prompt's beginning.
    ///   - chance: from 0 up to 1.
    package func pick(_ candidates: [Candidate], prefix: UInt64? = nil, chance: Double) -> Int? {
        let usable = candidates.indices.filter { index in
            switch candidates[index].availability {
            case .open, .halfOpen: true
            case .out, .unhealthy: false
            }
        }
        let free = usable.filter { candidates[$0].hasRoom }
        for group in [free, usable.filter { candidates[$0].canQueue }] where !group.isEmpty {
            let first = group.map { candidates[$0].priority }.min()
            let best = group.filter { candidates[$0].priority == first }
            return pick(among: best, of: candidates, prefix: prefix, chance: chance)
        }
        guard usable.isEmpty else { return nil }
        return candidates.indices.filter { candidates[$0].canQueue }.min {
            Self.isBackFirst(candidates[$0], candidates[$1])
        }
    }

    private func pick(
        among group: [Int], of candidates: [Candidate], prefix: UInt64?, chance: Double
    ) -> Int? {
        switch policy {
        case .leastBusy: return leastBusy(group, candidates, chance)
        case .weighted: return byChance(group, candidates, chance)
        case .prefix:
            guard let prefix else { return leastBusy(group, candidates, chance) }
            let running = group.reduce(1) { $0 + candidates[$1].running }
            let weights = group.reduce(0) { $0 + candidates[$1].weight }
            let unburdened = group.filter { index in
                let share = Double(running) * Double(candidates[index].weight) / Double(weights)
                return Double(candidates[index].running + 1) <= (share * Self.bound).rounded(.up)
            }
            return unburdened.max { score($0, candidates, prefix) < score($1, candidates, prefix) }
                ?? leastBusy(group, candidates, chance)
        }
    }

    private func leastBusy(_ group: [Int], _ candidates: [Candidate], _ chance: Double) -> Int? {
        func load(_ index: Int) -> Double {
            Double(candidates[index].running) / Double(candidates[index].weight)
        }
        guard let least = group.map(load).min() else { return nil }
        return byChance(group.filter { load($0) <= least }, candidates, chance)
    }

    private func byChance(_ group: [Int], _ candidates: [Candidate], _ chance: Double) -> Int? {
        let weights = group.reduce(0) { $0 + candidates[$1].weight }
        var rest = chance * Double(weights)
        for index in group {
            rest -= Double(candidates[index].weight)
            if rest < 0 { return index }
        }
        return group.last
    }

    /// Weighted rendezvous hashing: who comes or goes moves only the prefixes that are or were its own.
    private func score(_ index: Int, _ candidates: [Candidate], _ prefix: UInt64) -> Double {
        var hash = StableHash()
        hash.add(prefix)
        hash.add(candidates[index].name.utf8)
        // Inside (0, 1), so that the logarithm is finite and below 0.
        let unit = (Double(hash.value >> 11) + 0.5) / 9_007_199_254_740_992
        return -Double(candidates[index].weight) / logarithm(unit)
    }

    /// Those that fail their health check come last.
    private static func isBackFirst(_ a: Candidate, _ b: Candidate) -> Bool {
        guard case .out(let first) = a.availability else { return false }
        guard case .out(let second) = b.availability else { return true }
        return first < second
    }
}
