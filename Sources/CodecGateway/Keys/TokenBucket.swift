/// A limit per minute that lets bursts through: it fills steadily up to a minute's worth. Time comes in from outside.
package struct TokenBucket: Sendable, Equatable {
    package typealias Instant = ContinuousClock.Instant

    package let perMinute: Int
    private var level: Double
    private var filled: Instant

    /// A full one.
    package init(perMinute: Int, at now: Instant) {
        self.perMinute = max(1, perMinute)
        level = Double(self.perMinute)
        filled = now
    }

    private var perSecond: Double { Double(perMinute) / 60 }

    private mutating func fill(at now: Instant) {
        guard now > filled else { return }
        level = min(Double(perMinute), level + perSecond * ((now - filled) / .seconds(1)))
        filled = now
    }

    /// Whether so much is there.
    /// - Returns: nil, or the time after which it is.
    package mutating func wait(for amount: Double, at now: Instant) -> Duration? {
        fill(at: now)
        // A rounding error is no reason to turn anybody away.
        guard level + 1e-6 < amount else { return nil }
        return .seconds((amount - level) / perSecond)
    }

    /// Takes so much, also what is not there: what is known only afterwards is owed.
    package mutating func take(_ amount: Double, at now: Instant) {
        fill(at: now)
        level -= amount
    }
}
