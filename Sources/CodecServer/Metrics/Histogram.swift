internal import Synchronization

/// How often durations fell below each of some bounds.
final class Histogram: Sendable {
    struct Snapshot: Equatable {
        /// Observations up to each bound, the smaller bounds' included.
        var cumulative: [Int]
        var count: Int
        /// Seconds.
        var sum: Double
    }

    /// Upper bounds in seconds, rising.
    static let bounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]

    private struct State {
        var buckets = [Int](repeating: 0, count: bounds.count + 1)
        var sum = 0.0
    }

    private let state = Mutex(State())

    func observe(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.buckets[bucket] += 1
            state.sum += seconds
        }
    }

    var snapshot: Snapshot {
        let state = state.withLock { $0 }
        var total = 0
        let cumulative = state.buckets.map { count in
            total += count
            return total
        }
        return Snapshot(cumulative: cumulative.dropLast(), count: total, sum: state.sum)
    }
}
