internal import CodecGateway
internal import Synchronization

/// What is noted about one request while it is answered, for the log and the metrics. Never any text of it.
final class RequestTrace: Sendable {
    struct Notes: Sendable {
        var format: String?
        var encoding: String?
        var encodingReason: String?
        var promptTokens: Int?
        var completionTokens = 0
        var frames = 0
        var bodyBytes = 0
        var timeToFirstFrame: Duration?
        /// A finish reason, or why there is none.
        var ending: String?
        var errorCode: String?
        /// Who asks, where the server has keys.
        var caller: Caller?
    }

    let start: ContinuousClock.Instant
    /// Which upstream answers.
    let route = RouteTrace()
    private let state = Mutex(Notes())

    init(start: ContinuousClock.Instant = .now) {
        self.start = start
    }

    var notes: Notes { state.withLock { $0 } }

    func note(_ change: (inout Notes) -> Void) {
        state.withLock { change(&$0) }
    }
}
