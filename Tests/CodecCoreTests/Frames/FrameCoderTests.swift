import CodecCore
import CodecTesting
import Testing

@Suite("Frames there and back")
struct FrameCoderTests {
    static let calls = [
        ToolCall(name: "get_time", argumentsJSON: #"{"zone":"UTC"}"#, id: "call_1"),
        ToolCall(argumentsJSON: "not JSON"),
        ToolCall(name: "", argumentsJSON: "", id: ""),
        ToolCall(name: "größe", argumentsJSON: String(repeating: "x", count: 300)),
    ]

    @Test("what is written is read again", arguments: FrameFormat.framed)
    func roundTrip(_ format: FrameFormat) throws {
        var generator = SeededGenerator(seed: 7)
        var frames: [TokenFrame] = (0..<200).map { _ in
            let count = [1, 1, 1, 2, 15, 16, 40].randomElement(using: &generator) ?? 1
            let bits = TokenID.random(in: 0...31, using: &generator)
            return TokenFrame(
                ids: (0..<count).map { _ in .random(in: 0...(.max >> bits), using: &generator) })
        }
        frames.append(TokenFrame(ids: [5], toolCalls: Self.calls))
        frames.append(TokenFrame(ids: [6, 7], done: true, finishReason: .length, toolCalls: Self.calls))
        try verifier(format).verify(encoded(frames, format), expecting: FrameOutcome(frames: frames))
    }

    @Test("large frames", arguments: FrameFormat.framed, [65_535, 65_536])
    func large(_ format: FrameFormat, _ count: Int) throws {
        let arguments = String(repeating: "x", count: count)
        let frame = TokenFrame(
            ids: (0..<TokenID(count)).map { $0 &* 2_654_435_761 }, done: true,
            finishReason: FinishReason(rawValue: arguments), toolCalls: [ToolCall(argumentsJSON: arguments)])
        let bytes = encoded([frame], format)
        let expected = FrameOutcome(frames: [frame])
        #expect(FrameOutcome(bytes, format: format) == expected)
        #expect(FrameOutcome(bytes.indices.map { bytes[$0...$0] }, format: format) == expected)
    }

    @Test("tool calls in any order, with unknown keys and nil")
    func toolCallsMessagePack() throws {
        let bytes =
            unhex("84") + str("tool_calls") + unhex("93")
            + unhex("84") + str("id") + unhex("c0") + str("later") + unhex("92c081a16101")
            + str("arguments_json") + str("{}") + str("name") + str("f")
            + unhex("81") + str("arguments_json") + str("")
            + unhex("82") + str("a key of more than sixteen bytes") + unhex("9101")
            + str("arguments_json") + str("x")
            + str("ids") + unhex("9105") + str("done") + unhex("c3") + str("finish_reason") + unhex("c0")
        let frame = TokenFrame(
            ids: [5], done: true,
            toolCalls: [
                ToolCall(name: "f", argumentsJSON: "{}"), ToolCall(argumentsJSON: ""),
                ToolCall(argumentsJSON: "x"),
            ])
        try verifier(.msgpack).verify(bytes, expecting: FrameOutcome(frames: [frame]))
    }

    @Test(
        "wrong tool calls",
        arguments: [
            ("01", "wrong_type"), ("9101", "wrong_type"), ("9180", "missing_key"),
            ("9181ae617267756d656e74735f6a736f6ec0", "wrong_type"), ("918101c0", "not_a_map"),
            ("9181a46e616d6505", "wrong_type"), ("dd00000401", "too_many_entries"),
            ("91dfffffffff", "frame_too_large"),
        ])
    func wrongToolCalls(_ hex: String, _ code: String) throws {
        let bytes = unhex("83") + str("tool_calls") + unhex(hex)
        let outcome = FrameOutcome(bytes, format: .msgpack)
        #expect(outcome.error?.code.rawValue == code)
        try verifier(.msgpack).verify(bytes, expecting: outcome)
    }

    @Test("room for ids is used again", arguments: FrameFormat.framed)
    func reuse(_ format: FrameFormat) throws {
        let frames = (0..<5).map { TokenFrame(ids: [$0, $0 + 1], done: $0 == 4) }
        var decoder = FrameDecoder(format: format)
        decoder.append(encoded(frames, format))
        var frame = TokenFrame()
        var read: [TokenFrame] = []
        while try decoder.next(into: &frame) { read.append(frame) }
        try decoder.finish()
        #expect(read == frames)
    }

    @Test("nothing is yielded after the terminal frame, and finish says what followed")
    func trailing() throws {
        for format in FrameFormat.framed {
            let frames = [TokenFrame(ids: [1]), TokenFrame(done: true, finishReason: .stopSequence)]
            let bytes = encoded(frames, format)
            let error = FrameError(.trailingBytes, offset: UInt64(bytes.count))
            try verifier(format).verify(bytes + bytes, expecting: FrameOutcome(frames: frames, error: error))
            try verifier(format).verify(bytes + [0], expecting: FrameOutcome(frames: frames, error: error))
        }
    }

    @Test("an error stays")
    func errorStays() {
        var decoder = FrameDecoder(format: .msgpack)
        decoder.append([0x82, 0xC1, 0x00])
        let error = FrameError(.reservedByte, offset: 1)
        #expect(throws: error) { try decoder.next() }
        decoder.append(encoded([TokenFrame(done: true)], .msgpack))
        #expect(throws: error) { try decoder.next() }
        #expect(throws: error) { try decoder.finish() }
        #expect(error.description == "the byte c1 is not MessagePack (byte 1)")
    }
}

/// A short MessagePack string.
func str(_ text: String) -> [UInt8] {
    (text.utf8.count < 32 ? [0xA0 | UInt8(text.utf8.count)] : [0xD9, UInt8(text.utf8.count)])
        + Array(text.utf8)
}
