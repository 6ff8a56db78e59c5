import CodecGateway
import Synchronization

/// A clock that stands still until a test moves it, and chance that a test chooses.
final class ManualTime: Sendable {
    private struct Sleeper {
        var until: ContinuousClock.Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = ContinuousClock.now
        var chance = 0.0
        var sleepers: [Int: Sleeper] = [:]
        var nextKey = 0
        /// How long those that slept wanted to.
        var slept: [Duration] = []
        var passesSleeps = false
    }

    private let state = Mutex(State())

    var now: ContinuousClock.Instant { state.withLock { $0.now } }
    var slept: [Duration] { state.withLock { $0.slept } }
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    func setChance(_ chance: Double) { state.withLock { $0.chance = chance } }

    /// Sleeps move the clock themselves from now on.
    func passSleeps() { state.withLock { $0.passesSleeps = true } }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    var clock: RoutingClock {
        RoutingClock(
            now: { self.now }, sleep: { try await self.sleep($0) },
            chance: { self.state.withLock { $0.chance } })
    }

    private func sleep(_ duration: Duration) async throws {
        let key = state.withLock { state -> Int? in
            state.slept.append(duration)
            state.nextKey += 1
            guard state.passesSleeps else { return state.nextKey }
            state.now += duration
            return nil
        }
        guard let key else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.sleepers[key] = Sleeper(until: state.now + duration, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: key) }?.continuation
                .resume(throwing: CancellationError())
        }
    }
}
