import Testing

@testable import CodecServer

@Suite("Rate of ids")
struct IDRateTests {
    @Test("follows what streams had lately; short ones count for nothing")
    func rate() {
        let rate = IDRate()
        let guess = rate.current
        rate.note(ids: 3, in: .milliseconds(1))
        rate.note(ids: 100, in: .zero)
        #expect(rate.current == guess)
        for _ in 0..<40 { rate.note(ids: 300, in: .seconds(3)) }
        #expect(abs(rate.current - 100) < 1)
    }

    @Test(
        "tells how many ids a flush carries",
        arguments: [
            (FlushPolicy(delay: .zero, maximumIDs: 32), 1), (FlushPolicy(delay: .milliseconds(20)), 3),
            (FlushPolicy(delay: .milliseconds(100), maximumIDs: 32), 11),
            (FlushPolicy(delay: .seconds(60), maximumIDs: 32), 32), (FlushPolicy(maximumIDs: 1), 1),
        ] as [(FlushPolicy, Double)])
    func idsPerFlush(policy: FlushPolicy, expected: Double) {
        let rate = IDRate()
        for _ in 0..<80 { rate.note(ids: 1000, in: .seconds(10)) }
        #expect(abs(rate.idsPerFlush(policy) - expected) < 0.01)
    }
}
