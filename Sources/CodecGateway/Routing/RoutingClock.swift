/// Time and chance as routing sees them; tests bring their own.
package struct RoutingClock: Sendable {
    package var now: @Sendable () -> ContinuousClock.Instant
    /// - Throws: `CancellationError`.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// From 0 up to 1.
    package var chance: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        chance: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.chance = chance
    }

    package static let system = RoutingClock(
        now: { .now }, sleep: { try await Task.sleep(for: $0, clock: .continuous) },
        chance: { .random(in: 0..<1) })
}
