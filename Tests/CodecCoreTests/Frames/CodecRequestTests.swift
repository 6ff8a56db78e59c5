import CodecCore
import CodecTesting
import Testing

/// A request and its bytes in both formats.
struct RequestCase: Decodable, CustomTestStringConvertible {
    struct Request: Decodable {
        var prompt_ids: [TokenID]
        var max_tokens: UInt32
        var temperature: Double
        var stop: [String]
        var stream_format: String
    }
    var id: String
    var request: Request
    var msgpack: String
    var protobuf: String
    var testDescription: String { id }

    var expected: CodecRequest {
        CodecRequest(
            promptIDs: request.prompt_ids, maxTokens: request.max_tokens, temperature: request.temperature,
            stop: request.stop, streamFormat: request.stream_format)
    }
}

@Suite("Requests by ids")
struct CodecRequestTests {
    @Test(
        "golden bytes",
        arguments: try Fixture.load("frames-requests.jsonl", atLeast: 3, in: .module, as: RequestCase.self))
    func golden(_ golden: RequestCase) throws {
        var expected = golden.expected
        #expect(try CodecRequest(unhex(golden.msgpack), format: .msgpack) == expected)
        var bytes: [UInt8] = []
        expected.encode(format: .msgpack, into: &bytes)
        #expect(bytes == unhex(golden.msgpack))
        bytes = []
        expected.encode(format: .protobuf, into: &bytes)
        #expect(bytes == unhex(golden.protobuf))
        expected.temperature = Double(Float(golden.request.temperature))
        #expect(try CodecRequest(bytes, format: .protobuf) == expected)
    }

    @Test(
        "every cut-off body is refused, or is a shorter message", arguments: [FrameFormat.msgpack, .protobuf])
    func cutOff(_ format: FrameFormat) throws {
        let request = CodecRequest(
            promptIDs: Array(0...300), maxTokens: 70_000, temperature: 0.5, stop: ["a", "größe"],
            streamFormat: "msgpack")
        var bytes: [UInt8] = []
        request.encode(format: format, into: &bytes)
        #expect(try CodecRequest(bytes, format: format) == request)
        for length in 0..<bytes.count {
            let read = Result { try CodecRequest(Array(bytes[..<length]), format: format) }
            switch (format, read) {
            case (.msgpack, .success(let request)): Issue.record("\(length) bytes read as \(request)")
            case (_, .failure(let error as FrameError)):
                #expect([.truncated, .fieldTooLong].contains(error.code))
            case (_, .success(let shorter)): #expect(shorter != request)
            case (_, .failure(let error)): Issue.record(error)
            }
        }
    }

    @Test("any order, unknown keys, nil and integer temperature")
    func lenient() throws {
        let msgpack =
            unhex("86") + str("stream_format") + unhex("c0") + str("later") + unhex("929100c0")
            + str("temperature") + unhex("01") + str("max_tokens") + unhex("c0") + str("stop") + unhex("c0")
            + str("prompt_ids") + unhex("9107")
        #expect(try CodecRequest(msgpack, format: .msgpack) == CodecRequest(promptIDs: [7], temperature: 1))
        let protobuf = unhex("2a014b" + "4b4c" + "0803" + "0a020405" + "0806" + "2201" + "61")
        let expected = CodecRequest(promptIDs: [3, 4, 5, 6], temperature: 0, stop: ["a"], streamFormat: "K")
        #expect(try CodecRequest(protobuf, format: .protobuf) == expected)
        #expect(try CodecRequest([0x80], format: .msgpack) == CodecRequest(promptIDs: []))
        #expect(try CodecRequest([], format: .protobuf) == CodecRequest(promptIDs: [], temperature: 0))
    }

    @Test(
        "bodies to refuse",
        arguments: [
            ("", FrameFormat.msgpack, "truncated"), ("91", .msgpack, "not_a_map"),
            ("8101", .msgpack, "not_a_map"),
            ("8000", .msgpack, "trailing_bytes"), ("81aa70726f6d70745f69647301", .msgpack, "wrong_type"),
            ("81aa70726f6d70745f696473ddffffffff", .msgpack, "too_many_ids"),
            ("81aa70726f6d70745f69647391ff", .msgpack, "number_out_of_range"),
            ("81aa6d61785f746f6b656e73cb3ff0000000000000", .msgpack, "wrong_type"),
            ("81aa6d61785f746f6b656e73ff", .msgpack, "number_out_of_range"),
            ("81a473746f7091a1ff", .msgpack, "invalid_utf8"), ("81a473746f7091c0", .msgpack, "wrong_type"),
            ("81a473746f70dc0401", .msgpack, "too_many_entries"),
            ("81a178ddffffffff", .msgpack, "frame_too_large"),
            ("81dbffffffff", .msgpack, "truncated"), ("dfffffffff", .msgpack, "truncated"),
            ("0a0501", .protobuf, "field_too_long"), ("1080808080808080808080", .protobuf, "invalid_varint"),
            ("108080808010", .protobuf, "number_out_of_range"), ("1d0000", .protobuf, "truncated"),
            ("2201ff", .protobuf, "invalid_utf8"), ("4b", .protobuf, "unbalanced_group"),
            ("0700", .protobuf, "invalid_tag"),
        ])
    func refused(_ hex: String, _ format: FrameFormat, _ code: String) {
        #expect(
            throws: FrameError.self, performing: { try CodecRequest(unhex(hex), format: format) })
        do { _ = try CodecRequest(unhex(hex), format: format) } catch { #expect(error.code.rawValue == code) }
    }

    @Test("a body over the limit")
    func size() {
        let error = FrameError(.frameTooLarge, offset: 2)
        #expect(throws: error) {
            try CodecRequest([0, 0, 0], format: .msgpack, limits: FrameLimits(frameBytes: 2))
        }
    }
}
