internal import Synchronization

/// Whether the client at the other end of a connection is still there, and whom to tell when it is not.
///
/// The connection's handler sets it; the request's task finds it as a task-local value.
final class ClientPresence: Sendable {
    @TaskLocal static var current = ClientPresence()

    private struct State {
        var ended: StreamCut?
        var observers: [Int: @Sendable (StreamCut) -> Void] = [:]
        var nextKey = 0
    }

    private let state = Mutex(State())

    init() {}

    /// - Throws: why the presence ended, if it has.
    func check() throws(StreamCut) {
        if let ended = state.withLock({ $0.ended }) { throw ended }
    }

    /// Ends the presence, once, and tells the observers.
    func end(_ reason: StreamCut) {
        let observers = state.withLock { state in
            guard state.ended == nil else { return [Int: @Sendable (StreamCut) -> Void]() }
            state.ended = reason
            defer { state.observers = [:] }
            return state.observers
        }
        for observer in observers.values { observer(reason) }
    }

    /// Calls `observer` when the presence ends, at once if it has; until `removeObserver`.
    func addObserver(_ observer: @escaping @Sendable (StreamCut) -> Void) -> Int {
        let (key, ended) = state.withLock { state in
            state.nextKey += 1
            if state.ended == nil { state.observers[state.nextKey] = observer }
            return (state.nextKey, state.ended)
        }
        if let ended { observer(ended) }
        return key
    }

    func removeObserver(_ key: Int) {
        state.withLock { $0.observers[key] = nil }
    }

    /// Runs an operation and cancels it when the presence ends.
    /// - Throws: what the operation throws; the cut's reason if that is why it was cancelled.
    func whilePresent<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task(executorPreference: LoopExecutor.current, operation: operation)
        let key = addObserver { _ in task.cancel() }
        defer { removeObserver(key) }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            throw state.withLock { $0.ended } ?? error
        }
    }
}
