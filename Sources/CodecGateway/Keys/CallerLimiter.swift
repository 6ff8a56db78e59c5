/// The limits of one key: requests when they come, tokens when they have been used. A state machine without a clock.
package struct CallerLimiter: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private var requests: TokenBucket?
    private var tokens: TokenBucket?

    package init(_ key: CallerKey, at now: Instant) {
        requests = key.requestsPerMinute.map { TokenBucket(perMinute: $0, at: now) }
        tokens = key.tokensPerMinute.map { TokenBucket(perMinute: $0, at: now) }
    }

    /// A request comes; it counts only when it is let in.
    package mutating func admit(at now: Instant) throws(CallerRefusal) {
        // What is left of the tokens must be something: how much a request takes is known at its end.
        if let wait = tokens?.wait(for: 1, at: now) { throw .tooManyTokens(retryAfter: wait) }
        if let wait = requests?.wait(for: 1, at: now) { throw .tooManyRequests(retryAfter: wait) }
        requests?.take(1, at: now)
    }

    /// So many tokens were used.
    package mutating func charge(tokens count: Int, at now: Instant) {
        tokens?.take(Double(max(0, count)), at: now)
    }
}

/// Why a caller is turned away.
package enum CallerRefusal: Error, Sendable, Equatable {
    case noKey
    /// None of this server's, or not any more.
    case unknownKey
    case expired
    case model(String)
    case notAdmin
    case tooManyRequests(retryAfter: Duration)
    case tooManyTokens(retryAfter: Duration)
}
