internal import Synchronization

/// The port that the system gave, once it is known.
final class BoundPort: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Int, any Error>])
        case known(Result<Int, ServerError>)
    }

    private let state = Mutex(State.waiting([]))

    func succeed(_ port: Int) { settle(.success(port)) }

    /// Counts only while the port is not known.
    func fail(_ error: ServerError) { settle(.failure(error)) }

    var value: Int {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> Result<Int, ServerError>? in
                    switch state {
                    case .known(let result): return result
                    case .waiting(let others):
                        state = .waiting(others + [continuation])
                        return nil
                    }
                }
                if let known { continuation.resume(with: known.mapError { $0 as any Error }) }
            }
        }
    }

    private func settle(_ result: Result<Int, ServerError>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Int, any Error>] in
            guard case .waiting(let continuations) = state else { return [] }
            state = .known(result)
            return continuations
        }
        for continuation in waiting { continuation.resume(with: result.mapError { $0 as any Error }) }
    }
}
