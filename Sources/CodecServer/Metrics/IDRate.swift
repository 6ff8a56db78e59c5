internal import Synchronization

/// How many ids a second one stream of a model got lately, from which follows how many wait when they are flushed.
final class IDRate: Sendable {
    /// Shorter streams tell little.
    private static let leastIDs = 8
    /// What a new stream's rate counts for.
    private static let weight = 0.25

    /// A guess, until the first stream has ended.
    private let rate = Mutex(50.0)

    /// Ids a second.
    var current: Double { rate.withLock { $0 } }

    /// A stream had so many ids after its first ones, in so much time.
    func note(ids: Int, in duration: Duration) {
        let seconds = duration / .seconds(1)
        guard ids >= Self.leastIDs, seconds > 0 else { return }
        rate.withLock { $0 += Self.weight * (Double(ids) / seconds - $0) }
    }

    /// How many ids a flush is going to carry.
    func idsPerFlush(_ policy: FlushPolicy) -> Double {
        guard !policy.isImmediate else { return 1 }
        // The first one starts the clock.
        return min(Double(policy.idsPerFrame), 1 + current * (policy.delay / .seconds(1)))
    }
}
