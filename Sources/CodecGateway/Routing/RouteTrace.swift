internal import Synchronization

/// Which upstream answered a request, and after how many tries: for headers, logs and metrics.
package final class RouteTrace: Sendable {
    /// The one of the request that this task answers.
    @TaskLocal package static var current: RouteTrace?

    private let state = Mutex((upstream: String?.none, attempts: 0))

    package init() {}

    /// The upstream that was asked last; nil where none was.
    package var upstream: String? { state.withLock { $0.upstream } }
    package var attempts: Int { state.withLock { $0.attempts } }

    func note(_ upstream: String) {
        state.withLock { $0 = (upstream, $0.attempts + 1) }
    }
}
