import Synchronization

/// What the first of two says: work that cannot be interrupted, or whoever cancels the task that waits for it.
final class FirstAnswer<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var continuation: CheckedContinuation<Value, Never>?
    }

    private let state = Mutex(State())

    /// Waits for the answer.
    /// - Parameters:
    ///   - cancelled: what is answered when the task is cancelled; the work then ends by itself.
    ///   - start: starts the work, whose end is told to `give`.
    func value(cancelled: Value, _ start: () -> Void) async -> Value {
        await withTaskCancellationHandler {
            start()
            return await withCheckedContinuation(wait)
        } onCancel: {
            give(cancelled)
        }
    }

    /// Takes an answer; all but the first are left alone.
    func give(_ value: Value) {
        state.withLock { state in
            guard state.value == nil else { return nil as CheckedContinuation<Value, Never>? }
            state.value = value
            return state.continuation
        }?.resume(returning: value)
    }

    private func wait(_ continuation: CheckedContinuation<Value, Never>) {
        let value = state.withLock { state in
            state.continuation = continuation
            return state.value
        }
        if let value { continuation.resume(returning: value) }
    }
}
