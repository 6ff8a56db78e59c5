import CodecCore
import CodecTesting
import Testing

@Suite("Limits of frames")
struct FrameLimitTests {
    private func check(
        _ bytes: [UInt8], _ format: FrameFormat, _ limits: FrameLimits, _ code: FrameError.Code?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = FrameOutcome(bytes, format: format, limits: limits)
        #expect(outcome.error?.code == code, sourceLocation: sourceLocation)
        let verifier = StreamVerifier { FrameOutcome($0, format: format, limits: limits) }
        try verifier.verify(bytes, expecting: outcome)
    }

    @Test("ids a frame", arguments: FrameFormat.framed)
    func ids(_ format: FrameFormat) throws {
        for count in [3, 16, 200] {
            let bytes = encoded([TokenFrame(ids: Array(repeating: 300, count: count), done: true)], format)
            try check(bytes, format, FrameLimits(ids: count), nil)
            try check(bytes, format, FrameLimits(ids: count - 1), .tooManyIDs)
        }
        let plain = encoded([TokenFrame(ids: [1, 2, 3]), TokenFrame(done: true)], format)
        try check(plain, format, FrameLimits(ids: 3), nil)
        try check(plain, format, FrameLimits(ids: 2), .tooManyIDs)
    }

    @Test("bytes of tool calls between ids of a compact stream")
    func compactToolCalls() throws {
        let calls = TokenFrame(toolCalls: [ToolCall(argumentsJSON: "{}")])
        let size = encoded([calls], .compact).count - 3
        for frames in [[calls, calls], [calls, TokenFrame(ids: [1]), calls, calls]] {
            let bytes = encoded(frames, .compact)
            try check(bytes, .compact, FrameLimits(frameBytes: 2 * size), .truncated)
            try check(bytes, .compact, FrameLimits(frameBytes: 2 * size - 1), .frameTooLarge)
        }
        let apart = encoded([calls, TokenFrame(ids: [1]), calls, TokenFrame(done: true)], .compact)
        try check(apart, .compact, FrameLimits(frameBytes: size), nil)
    }

    @Test("unpacked ids a frame")
    func unpackedIDs() throws {
        let bytes = unhex("00000008" + "0801080208031001")
        try check(bytes, .protobuf, FrameLimits(ids: 3), nil)
        try check(bytes, .protobuf, FrameLimits(ids: 2), .tooManyIDs)
    }

    @Test("bytes a frame", arguments: FrameFormat.framed)
    func frameBytes(_ format: FrameFormat) throws {
        let frames = [
            TokenFrame(
                ids: [1, 70_000], done: true, finishReason: .length, toolCalls: FrameCoderTests.calls),
            TokenFrame(ids: [1]), TokenFrame(ids: Array(repeating: 9, count: 300)),
        ]
        for frame in frames {
            let bytes = encoded([frame], format)
            let size = bytes.count - (format.plain == .protobuf ? 4 : 0)
            try check(bytes, format, FrameLimits(frameBytes: size), frame.done ? nil : .truncated)
            try check(bytes, format, FrameLimits(frameBytes: size - 1), .frameTooLarge)
        }
    }

    @Test(
        "a claim above the limit is refused when it is read",
        arguments: [
            "dfffffffff", "82a3696473ddffffffff", "82dbffffffff", "83a178c6ffffffff", "83a178c9ffffffff",
            "83a178ddffffffff", "83a178dfffffffff", "83ad66696e6973685f726561736f6edbffffffff",
        ])
    func claims(_ hex: String) {
        let outcome = FrameOutcome(unhex(hex), format: .msgpack)
        #expect(outcome.error?.code == .frameTooLarge || outcome.error?.code == .tooManyIDs)
    }

    @Test("strings")
    func strings() throws {
        let reason = TokenFrame(done: true, finishReason: FinishReason(rawValue: "abcde"))
        let call = TokenFrame(done: true, toolCalls: [ToolCall(argumentsJSON: "abcde")])
        for format in FrameFormat.framed {
            for frame in [reason, call] {
                try check(encoded([frame], format), format, FrameLimits(stringBytes: 5), nil)
                try check(encoded([frame], format), format, FrameLimits(stringBytes: 4), .stringTooLong)
            }
        }
    }

    @Test("tool calls", arguments: FrameFormat.framed)
    func toolCalls(_ format: FrameFormat) throws {
        let calls = Array(repeating: ToolCall(argumentsJSON: "{}"), count: 3)
        let bytes = encoded([TokenFrame(done: true, toolCalls: calls)], format)
        try check(bytes, format, FrameLimits(listEntries: 3), nil)
        try check(bytes, format, FrameLimits(listEntries: 2), .tooManyEntries)
    }

    @Test(
        "groups",
        arguments: [(99, nil), (100, nil), (101, FrameError.Code.nestedTooDeep), (50_000, .nestedTooDeep)])
    func groups(_ depth: Int, _ code: FrameError.Code?) throws {
        let groups = Array(repeating: 0x4B as UInt8, count: depth) + Array(repeating: 0x4C, count: depth)
        let size = UInt32(groups.count + 2)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + groups + [0x10, 0x01]
        let outcome = FrameOutcome(bytes, format: .protobuf)
        #expect(outcome.error?.code == code)
    }

    @Test("deep unknown values take no stack", arguments: ["91", "81a161", "dd00000001", "9281c001"])
    func depth(_ open: String) {
        for depth in [20, 200, 2000, 100_000] {
            let value = Array(repeatElement(unhex(open), count: depth).joined()) + [0xC0]
            let bytes = unhex("83a178") + value + unhex("a369647390a4646f6e65c3")
            #expect(FrameOutcome(bytes, format: .msgpack) == FrameOutcome(frames: [TokenFrame(done: true)]))
        }
    }
}
