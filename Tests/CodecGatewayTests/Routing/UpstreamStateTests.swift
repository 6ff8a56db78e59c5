import CodecEngines
import CodecGateway
import Testing

@Suite("The state of an upstream")
struct UpstreamStateTests {
    private static var rules: GatewayConfiguration.Routing {
        var rules = GatewayConfiguration.Routing()
        rules.ejectAfter = 3
        rules.ejectFor = .seconds(2)
        rules.ejectAtMost = .seconds(7)
        return rules
    }

    private let start = ContinuousClock.now
    private let free = GatewayConfiguration.Upstream.Limits()

    @Test("failures in a row take it out, longer each time, until a try shows that it is back")
    func ejection() {
        var state = UpstreamState()
        state.note(.failed, rules: Self.rules, at: start)
        state.note(.failed, rules: Self.rules, at: start)
        state.note(.works, rules: Self.rules, at: start)
        for _ in 0..<3 {
            #expect(state.availability(at: start) == .open)
            state.note(.failed, rules: Self.rules, at: start)
        }
        var now = start
        for seconds in [2, 4, 7, 7] {
            let until = now + .seconds(seconds)
            #expect(state.availability(at: now) == .out(until: until))
            #expect(state.availability(at: until - .nanoseconds(1)) == .out(until: until))
            now = until
            #expect(state.availability(at: now) == .halfOpen)
            #expect(state.admit(free, at: now) == .running)
            // While one tries, nobody else does.
            #expect(state.availability(at: now) == .out(until: until))
            state.note(.failed, rules: Self.rules, at: now)
        }
        now += .seconds(7)
        #expect(state.admit(free, at: now) == .running)
        state.note(.works, rules: Self.rules, at: now)
        #expect(state.availability(at: now) == .open)
        // All is forgotten: three failures again, and the first pause is short.
        for _ in 0..<3 { state.note(.failed, rules: Self.rules, at: now) }
        #expect(state.availability(at: now) == .out(until: now + .seconds(2)))
    }

    @Test("a client that leaves says nothing, and another may try")
    func unknown() {
        var state = UpstreamState()
        for _ in 0..<3 { state.note(.failed, rules: Self.rules, at: start) }
        let back = start + .seconds(2)
        #expect(state.admit(free, at: back) == .running)
        state.note(.unknown, rules: Self.rules, at: back)
        #expect(state.availability(at: back) == .halfOpen)
    }

    @Test("who asks for rest gets it, within bounds; that is no failure")
    func rest() {
        var state = UpstreamState()
        state.note(.rests(.seconds(3)), rules: Self.rules, at: start)
        #expect(state.availability(at: start) == .out(until: start + .seconds(3)))
        state.note(.rests(.seconds(1)), rules: Self.rules, at: start)
        #expect(state.availability(at: start) == .out(until: start + .seconds(3)))
        state.note(.rests(.seconds(3600)), rules: Self.rules, at: start)
        #expect(state.availability(at: start) == .out(until: start + .seconds(7)))
        #expect(state.failures == 0)
    }

    @Test("a health check that was asked for decides; one that was not only tells")
    func health() {
        var state = UpstreamState()
        state.noteHealth("refused", isDecisive: false, at: start)
        #expect(state.availability(at: start) == .open)
        #expect(state.isWorking == false)
        state.noteHealth("refused", isDecisive: true, at: start)
        #expect(state.availability(at: start) == .unhealthy)
        #expect(state.lastError == "refused")
        for _ in 0..<3 { state.note(.failed, rules: Self.rules, at: start) }
        state.noteHealth(nil, isDecisive: true, at: start)
        #expect(state.availability(at: start) == .halfOpen)
    }

    @Test("so many run, so many wait, in their order; the rest is refused")
    func slots() {
        var limits = free
        limits.requests = 2
        limits.waiting = 2
        var state = UpstreamState()
        #expect(state.admit(limits, at: start) == .running)
        #expect(state.admit(limits, at: start) == .running)
        #expect(state.admit(limits, at: start) == .waiting(1))
        #expect(state.admit(limits, at: start) == .waiting(2))
        #expect(state.admit(limits, at: start) == .refused)
        #expect(!state.canQueue(limits))
        let left = state.leaveQueue(1)
        #expect(left)
        #expect(state.admit(limits, at: start) == .waiting(3))
        #expect(state.release(limits, at: start) == 2)
        let isGone = state.leaveQueue(2)
        #expect(!isGone)
        #expect(state.release(limits, at: start) == 3)
        #expect(state.release(limits, at: start) == nil)
        #expect(state.running == 1)
        #expect(state.release(limits, at: start) == nil)
        #expect(state.running == 0 && state.waiting == 0 && state.requests == 4)
    }

    @Test(
        "what an error says about the upstream",
        arguments: [
            (EngineError(.upstreamUnreachable, ""), .failed), (EngineError(.upstreamFailed, ""), .failed),
            (EngineError(.upstreamTimeout, ""), .failed), (EngineError(.upstreamUnauthorized, ""), .failed),
            (EngineError(.rateLimited, "", retryAfter: 7), .rests(.seconds(7))),
            (EngineError(.rateLimited, ""), .rests(.seconds(1))),
            (EngineError(.rateLimited, "", retryAfter: -7), .rests(.seconds(1))),
            (EngineError(.quotaExceeded, ""), .rests(.seconds(3600))),
            (EngineError(.invalidRequest, ""), .works), (EngineError(.contentRefused, ""), .works),
            (EngineError(.modelNotFound, ""), .works),
        ] as [(EngineError, UpstreamState.Outcome)])
    func outcomes(error: EngineError, expected: UpstreamState.Outcome) {
        #expect(UpstreamState.Outcome(error) == expected)
    }
}
