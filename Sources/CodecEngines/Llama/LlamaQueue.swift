import Dispatch
import Synchronization

/// Between the engine's callers and its thread: requests that wait for a slot, and the wish to stop.
final class LlamaQueue: Sendable {
    private struct State {
        var jobs: [LlamaJob] = []
        var busySlots = 0
        var isStopping = false
        var hasStopped = false
        var isSignalled = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    // MARK: The callers' side

    var load: (busySlots: Int, queued: Int) {
        state.withLock { ($0.busySlots, $0.jobs.count) }
    }

    /// - Parameter slots: Slots in all; requests that find one free at once need no place in the queue.
    func add(_ job: LlamaJob, slots: Int) throws(EngineError) {
        try state.withLock { state throws(EngineError) in
            if state.isStopping { throw .shuttingDown }
            let room = limit + max(0, slots - state.busySlots)
            if state.jobs.count >= room { state.jobs.removeAll { $0.channel.isAbandoned } }
            guard state.jobs.count < room else {
                throw EngineError(
                    .overloaded, "The server is busy: \(state.jobs.count) requests wait already.",
                    retryAfter: 1)
            }
            state.jobs.append(job)
        }
        wake()
    }

    /// Lets the thread look again at its streams and at the queue.
    func wake() {
        let isFirst = state.withLock { state in
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if isFirst { signal.signal() }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    /// Returns once the thread has ended.
    func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let hasStopped = state.withLock { state in
                if !state.hasStopped { state.stopWaiters.append(continuation) }
                return state.hasStopped
            }
            if hasStopped { continuation.resume() }
        }
    }

    // MARK: The thread's side

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Sleeps until there may be something to do.
    func wait() {
        signal.wait()
        state.withLock { $0.isSignalled = false }
    }

    /// The next request whose reader is still there; `busySlots` is what the callers see from now on.
    func next(busySlots: Int) -> LlamaJob? {
        state.withLock { state in
            state.jobs.removeAll { $0.channel.isAbandoned }
            let job = state.jobs.isEmpty ? nil : state.jobs.removeFirst()
            state.busySlots = busySlots + (job == nil ? 0 : 1)
            return job
        }
    }

    func setBusySlots(_ count: Int) { state.withLock { $0.busySlots = count } }

    /// Refuses what still waits, and lets those who wait for the end go on.
    func finish() {
        let (jobs, waiters) = state.withLock { state in
            state.hasStopped = true
            state.isStopping = true
            state.busySlots = 0
            defer {
                state.jobs = []
                state.stopWaiters = []
            }
            return (state.jobs, state.stopWaiters)
        }
        for job in jobs { job.channel.fail(.shuttingDown) }
        for waiter in waiters { waiter.resume() }
    }
}

extension EngineError {
    static let shuttingDown = EngineError(.shuttingDown, "The server is shutting down.")
}
