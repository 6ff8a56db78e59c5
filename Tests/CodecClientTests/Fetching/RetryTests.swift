import CodecCore
import Synchronization
import Testing

@testable import CodecClient

@Suite(.timeLimit(.minutes(1))) struct RetryTests {
    /// A clock whose sleepers wake at once; it notes for how long they wanted to sleep.
    final class ImpatientClock: Clock, Sendable {
        typealias Instant = ContinuousClock.Instant
        let slept = Mutex<[Duration]>([])
        private let start = ContinuousClock.now
        var now: Instant { start }
        var minimumResolution: Duration { .zero }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            try Task.checkCancellation()
            slept.withLock { $0.append(start.duration(to: deadline)) }
        }
    }

    static func refusal(_ status: Int, retryAfter: Int? = nil) -> ClientError {
        ClientError(.refused, "", server: ServerRefusal(status: status, message: "", retryAfter: retryAfter))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var error: ClientError
        var attempts: Int
        var delays: [ClosedRange<Duration>]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "no connection: after longer and longer delays", error: ClientError(.connection, ""),
            attempts: 4,
            delays: [
                .milliseconds(50)...(.milliseconds(100)), .milliseconds(100)...(.milliseconds(200)),
                .milliseconds(150)...(.milliseconds(300)),
            ]),
        Case(
            name: "busy, with a time", error: refusal(429, retryAfter: 0), attempts: 4,
            delays: Array(repeating: .zero...(.zero), count: 3)),
        Case(
            name: "not available", error: refusal(503), attempts: 4,
            delays: [
                .milliseconds(50)...(.milliseconds(100)), .milliseconds(100)...(.milliseconds(200)),
                .milliseconds(150)...(.milliseconds(300)),
            ]),
        Case(name: "a time that is too long", error: refusal(503, retryAfter: 1), attempts: 1, delays: []),
        Case(name: "another refusal", error: refusal(500), attempts: 1, delays: []),
        Case(name: "426", error: ClientError(.versionRequired, ""), attempts: 1, delays: []),
        Case(name: "another 426", error: ClientError(.unexpectedUpgrade, ""), attempts: 1, delays: []),
        Case(name: "cut after sending", error: ClientError(.disconnected, ""), attempts: 1, delays: []),
        Case(name: "a silent server", error: ClientError(.timeout, ""), attempts: 1, delays: []),
        Case(name: "cancelled", error: .cancellation, attempts: 1, delays: []),
    ]

    @Test("what is tried again, and after how long", arguments: cases)
    func retries(_ c: Case) async throws {
        let clock = ImpatientClock()
        let policy = RetryPolicy(
            attempts: 4, firstDelay: .milliseconds(100), longestDelay: .milliseconds(300), clock: clock)
        var attempts = 0
        let error = await #expect(throws: ClientError.self) {
            try await policy.run { () async throws(ClientError) in
                attempts += 1
                throw c.error
            }
        }
        #expect(error == c.error)
        #expect(attempts == c.attempts)
        let slept = clock.slept.withLock { $0 }
        #expect(slept.count == c.delays.count)
        for (delay, range) in zip(slept, c.delays) { #expect(range.contains(delay), "\(delay) in \(range)") }
    }

    @Test("a server that is busy at first")
    func busy() async throws {
        let asked = Mutex(0)
        try await ReplayServer.run({ _ in
            let count = asked.withLock {
                $0 += 1
                return $0
            }
            return count < 3
                ? .init(status: "503 Service Unavailable", headers: [("Retry-After", "2")], body: [])
                : .init(
                    headers: CompletionTests.headers(.msgpack),
                    body: CompletionTests.body(CompletionTests.frames, .msgpack))
        }) { server in
            let clock = ImpatientClock()
            let client = try CodecClient(
                baseURL: server.url, configuration: .testing(retries: RetryPolicy(clock: clock)))
            let response = try await client.completions(.init(prompt: .text("Hi")))
            for try await _ in response.frames {}
            #expect(server.requests.count == 3)
            #expect(clock.slept.withLock { $0 } == [.seconds(2), .seconds(2)])
        }
    }

    @Test("a body that breaks is not asked for again")
    func cut() async throws {
        let answer = ReplayServer.Answer(headers: CompletionTests.headers(.msgpack), body: [])
        try await ReplayServer.run({ _ in answer }) { server in
            let client = try CodecClient(
                baseURL: server.url, configuration: .testing(retries: RetryPolicy(clock: ImpatientClock())))
            let error = await #expect(throws: ClientError.self) {
                let response = try await client.completions(.init(prompt: .text("Hi")))
                for try await _ in response.frames {}
            }
            #expect(error?.code == .truncated)
            #expect(server.requests.count == 1)
        }
    }
}
