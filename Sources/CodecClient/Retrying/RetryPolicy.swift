/// When a request is sent again by itself: only where the server cannot have begun to answer it.
///
/// These are failed connections, and the refusals 429 and 503. A server's `Retry-After` (in seconds) is waited for
/// unless it is longer than `longestDelay`; else the delay doubles from `firstDelay`, of which a random half is
/// taken off so that clients do not come back at once.
public struct RetryPolicy: Sendable {
    /// Requests in all; 1 = no second one.
    public var attempts: Int
    public var firstDelay: Duration
    public var longestDelay: Duration
    /// What is slept by.
    public var clock: any Clock<Duration>

    public init(
        attempts: Int = 3, firstDelay: Duration = .milliseconds(250), longestDelay: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.clock = clock
    }

    /// No second request.
    public static var none: RetryPolicy { RetryPolicy(attempts: 1) }

    func run<Success>(
        _ attempt: () async throws(ClientError) -> Success
    ) async throws(ClientError) -> Success {
        var backoff = firstDelay
        var sent = 1
        while true {
            do throws(ClientError) {
                return try await attempt()
            } catch {
                guard sent < attempts, let delay = delay(after: error, backoff: backoff) else { throw error }
                do { try await clock.sleep(for: delay) } catch { throw ClientError.cancellation }
            }
            sent += 1
            backoff = min(backoff * 2, longestDelay)
        }
    }

    /// How long to wait; nil when the request must not be sent again.
    private func delay(after error: ClientError, backoff: Duration) -> Duration? {
        guard error.isSafeToRetry else { return nil }
        guard let seconds = error.server?.retryAfter else {
            return min(backoff, longestDelay) * Double.random(in: 0.5...1)
        }
        let asked = Duration.seconds(seconds)
        return asked <= longestDelay ? asked : nil
    }
}

extension ClientError {
    /// Whether the server cannot have begun to work on the request.
    var isSafeToRetry: Bool {
        switch code {
        case .connection: true
        case .refused: server?.status == 429 || server?.status == 503
        default: false
        }
    }
}
