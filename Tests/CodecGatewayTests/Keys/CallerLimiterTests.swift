import CodecGateway
import Testing

@Suite("Limits of callers")
struct CallerLimiterTests {
    private let start = ContinuousClock.now

    private func refusal(_ limiter: inout CallerLimiter, at now: ContinuousClock.Instant) -> CallerRefusal? {
        do throws(CallerRefusal) {
            try limiter.admit(at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test("requests: a minute's worth at once, then one each time the bucket has refilled")
    func requests() {
        var key = CallerKey(name: "a", hash: [])
        key.requestsPerMinute = 30
        var limiter = CallerLimiter(key, at: start)
        for _ in 0..<30 { #expect(refusal(&limiter, at: start) == nil) }
        #expect(refusal(&limiter, at: start) == .tooManyRequests(retryAfter: .seconds(2)))
        #expect(refusal(&limiter, at: start + .seconds(1)) == .tooManyRequests(retryAfter: .seconds(1)))
        #expect(refusal(&limiter, at: start + .seconds(2)) == nil)
        #expect(refusal(&limiter, at: start + .seconds(2)) != nil)
        // A long rest gives a minute's worth and no more; a clock that goes back gives nothing.
        let later = start + .seconds(10_000)
        for _ in 0..<30 { #expect(refusal(&limiter, at: later) == nil) }
        #expect(refusal(&limiter, at: later) != nil)
        #expect(refusal(&limiter, at: start) != nil)
    }

    @Test("tokens are charged afterwards; what was overdrawn is waited for")
    func tokens() {
        var key = CallerKey(name: "a", hash: [])
        key.tokensPerMinute = 60
        var limiter = CallerLimiter(key, at: start)
        #expect(refusal(&limiter, at: start) == nil)
        limiter.charge(tokens: 59, at: start)
        #expect(refusal(&limiter, at: start) == nil)
        limiter.charge(tokens: 101, at: start)
        #expect(refusal(&limiter, at: start) == .tooManyTokens(retryAfter: .seconds(101)))
        #expect(refusal(&limiter, at: start + .seconds(101)) == nil)
        limiter.charge(tokens: -5, at: start)
        #expect(refusal(&limiter, at: start + .seconds(101)) == nil)
    }

    @Test("a request that is turned away for tokens does not count as one")
    func both() {
        var key = CallerKey(name: "a", hash: [])
        key.requestsPerMinute = 1
        key.tokensPerMinute = 60
        var limiter = CallerLimiter(key, at: start)
        limiter.charge(tokens: 60, at: start)
        #expect(refusal(&limiter, at: start) == .tooManyTokens(retryAfter: .seconds(1)))
        #expect(refusal(&limiter, at: start + .seconds(1)) == nil)
        #expect(refusal(&limiter, at: start + .seconds(1)) == .tooManyRequests(retryAfter: .seconds(60)))
    }

    @Test("without limits nothing is limited")
    func unlimited() {
        var limiter = CallerLimiter(CallerKey(name: "a", hash: []), at: start)
        limiter.charge(tokens: .max, at: start)
        for _ in 0..<1000 { #expect(refusal(&limiter, at: start) == nil) }
    }
}
