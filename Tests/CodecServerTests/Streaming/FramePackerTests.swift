import CodecCore
import Testing

@testable import CodecServer

@Suite("Flush policy")
struct FramePackerTests {
    /// One step of a case: at so many milliseconds an event, and what is to come of it.
    struct Step: Sendable {
        var time: Int
        /// Nil = time has passed.
        var frame: TokenFrame?
        var expected: Expected

        enum Expected: Sendable {
            case wait
            case waitUntil(Int)
            /// A flush that takes these frames.
            case flush([TokenFrame])
        }

        static func ids(_ time: Int, _ ids: [TokenID], _ expected: Expected) -> Step {
            Step(time: time, frame: TokenFrame(ids: ids), expected: expected)
        }

        static func end(_ time: Int, _ ids: [TokenID], _ expected: Expected) -> Step {
            Step(
                time: time, frame: TokenFrame(ids: ids, done: true, finishReason: .length),
                expected: expected)
        }

        static func tick(_ time: Int, _ expected: Expected) -> Step {
            Step(time: time, frame: nil, expected: expected)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policy = FlushPolicy()
        var steps: [Step]
    }

    private static func frame(_ ids: [TokenID]) -> TokenFrame { TokenFrame(ids: ids) }
    private static func last(_ ids: [TokenID]) -> TokenFrame {
        TokenFrame(ids: ids, done: true, finishReason: .length)
    }

    static let cases: [Case] = [
        Case(
            testDescription: "the first id goes out at once, the next waits for company",
            steps: [
                .ids(0, [1], .flush([frame([1])])), .ids(5, [2], .waitUntil(25)),
                .ids(15, [3], .waitUntil(25)),
                .tick(24, .waitUntil(25)), .tick(25, .flush([frame([2, 3])])), .tick(26, .wait),
            ]),
        Case(
            testDescription: "an id that comes when the first has waited long enough takes it along",
            steps: [
                .ids(0, [1], .flush([frame([1])])), .ids(10, [2], .waitUntil(30)),
                .ids(31, [3], .flush([frame([2, 3])])), .ids(40, [4], .waitUntil(60)),
            ]),
        Case(
            testDescription: "enough ids go out without delay", policy: FlushPolicy(maximumIDs: 3),
            steps: [
                .ids(0, [1], .flush([frame([1])])), .ids(1, [2, 3], .waitUntil(21)),
                .ids(2, [4], .flush([frame([2, 3, 4])])),
            ]),
        Case(
            testDescription: "no frame has more ids than allowed", policy: FlushPolicy(maximumIDs: 2),
            steps: [
                .ids(0, [1, 2, 3], .flush([frame([1, 2]), frame([3])])), .ids(1, [4], .waitUntil(21)),
                .ids(2, [5, 6, 7, 8], .flush([frame([4, 5]), frame([6, 7]), frame([8])])),
            ]),
        Case(
            testDescription: "without delay every id has a frame of its own",
            policy: FlushPolicy(delay: .zero, maximumIDs: 32),
            steps: [
                .ids(0, [1, 2], .flush([frame([1]), frame([2])])), .ids(1, [3], .flush([frame([3])])),
                .end(2, [4, 5], .flush([frame([4]), last([5])])),
            ]),
        Case(
            testDescription: "the end goes out at once, with what waits",
            steps: [
                .ids(0, [1], .flush([frame([1])])), .ids(5, [2], .waitUntil(25)),
                .end(6, [], .flush([last([2])])), .tick(100, .wait),
            ]),
        Case(
            testDescription: "an end with nothing before it", steps: [.end(0, [], .flush([last([])]))]),
        Case(
            testDescription: "an end with ids fills a frame, then another",
            policy: FlushPolicy(maximumIDs: 2),
            steps: [
                .ids(0, [1], .flush([frame([1])])), .ids(1, [2], .waitUntil(21)),
                .end(2, [3, 4], .flush([frame([2, 3]), last([4])])),
            ]),
        Case(
            testDescription: "nothing counts after the end",
            steps: [.end(0, [1], .flush([last([1])])), .ids(1, [2], .wait), .tick(50, .wait)]),
        Case(
            testDescription: "an empty frame that ends nothing is nothing",
            steps: [.ids(0, [], .wait), .ids(1, [1], .flush([frame([1])]))]),
        Case(
            testDescription: "ticks without ids are nothing", steps: [.tick(0, .wait), .tick(1000, .wait)]),
        Case(
            testDescription: "a tool call keeps its frame and its place",
            steps: [
                .ids(0, [1], .flush([frame([1])])), .ids(1, [2], .waitUntil(21)),
                Step(
                    time: 2,
                    frame: TokenFrame(ids: [3], toolCalls: [ToolCall(argumentsJSON: "{}")]),
                    expected: .waitUntil(21)),
                .ids(3, [4], .waitUntil(21)),
                .end(
                    4, [],
                    .flush([
                        frame([2]), TokenFrame(ids: [3], toolCalls: [ToolCall(argumentsJSON: "{}")]),
                        last([4]),
                    ])),
            ]),
    ]

    @Test("acts as the policy says", arguments: cases)
    func policy(_ c: Case) {
        var packer = FramePacker(c.policy)
        let start = ContinuousClock.now
        for (index, step) in c.steps.enumerated() {
            let action = packer.handle(step.frame, at: start + .milliseconds(step.time))
            switch step.expected {
            case .wait: #expect(action == .wait, "step \(index)")
            case .waitUntil(let time):
                #expect(action == .waitUntil(start + .milliseconds(time)), "step \(index)")
            case .flush(let frames):
                #expect(action == .flush, "step \(index)")
                #expect(packer.take() == frames, "step \(index)")
            }
            #expect(packer.take() == [], "step \(index): nothing is due any more")
        }
    }

    @Test("no id is lost, doubled or moved, whatever comes when", arguments: 0..<200)
    func order(seed: UInt64) {
        var random = SplitMix(state: seed)
        var packer = FramePacker(
            FlushPolicy(
                delay: .milliseconds(Int.random(in: 0...30, using: &random)),
                maximumIDs: Int.random(in: 1...9, using: &random)))
        var now = ContinuousClock.now
        var next: TokenID = 0
        var sent: [TokenFrame] = []
        for _ in 0..<100 {
            now += .milliseconds(Int.random(in: 0...15, using: &random))
            let count = TokenID.random(in: 0...12, using: &random)
            let frame = Bool.random(using: &random) ? nil : TokenFrame(ids: Array(next..<next + count))
            if frame != nil { next += count }
            // The writer may be slow: it does not always come when called.
            if packer.handle(frame, at: now) == .flush, Bool.random(using: &random) { sent += packer.take() }
        }
        _ = packer.add(TokenFrame(done: true, finishReason: .length), at: now)
        sent += packer.take()
        #expect(sent.flatMap(\.ids) == Array(0..<next))
        #expect(sent.dropLast().allSatisfy { !$0.done && !$0.ids.isEmpty })
        #expect(sent.last?.done == true)
    }
}

extension FramePacker {
    /// - Parameter frame: nil = time has passed.
    fileprivate mutating func handle(_ frame: TokenFrame?, at now: ContinuousClock.Instant) -> PackerAction {
        if let frame { add(frame, at: now) } else { tick(at: now) }
    }
}

/// A random generator that a seed determines.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
