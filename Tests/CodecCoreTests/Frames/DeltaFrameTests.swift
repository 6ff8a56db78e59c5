import CodecCore
import CodecTesting
import Testing

@Suite("Delta frames")
struct DeltaFrameTests {
    static let frames = [
        TokenFrame(ids: [1000, 1002, 999]), TokenFrame(ids: [4_294_967_295, 0]),
        TokenFrame(done: true, finishReason: .length),
    ]

    @Test("bytes, MessagePack")
    func messagePack() throws {
        let bytes =
            unhex("83") + str("base_id") + unhex("00") + str("ids_delta") + unhex("93cd07d00405")
            + str("done") + unhex("c2")
            + unhex("83") + str("base_id") + unhex("cd03e7") + str("ids_delta")
            + unhex("92cf00000001fffff830cf00000001fffffffd") + str("done") + unhex("c2")
            + unhex("84") + str("base_id") + unhex("00") + str("ids_delta") + unhex("90") + str("done")
            + unhex("c3") + str("finish_reason") + str("length")
        #expect(encoded(Self.frames, .msgpackDelta) == bytes)
        try verifier(.msgpackDelta).verify(bytes, expecting: FrameOutcome(frames: Self.frames))
        try verifier(.msgpack).verify(bytes, expecting: FrameOutcome(frames: Self.frames))
    }

    @Test("bytes, protobuf")
    func protobuf() throws {
        let bytes =
            unhex("00000008" + "0a04" + "d00f0405" + "2800")
            + unhex("0000000f" + "0a0a" + "b0f0ffff1f" + "fdffffff1f" + "28e707")
            + unhex("0000000c" + "1001" + "1a06" + "6c656e677468" + "2800")
        #expect(encoded(Self.frames, .protobufDelta) == bytes)
        try verifier(.protobufDelta).verify(bytes, expecting: FrameOutcome(frames: Self.frames))
        try verifier(.protobuf).verify(bytes, expecting: FrameOutcome(frames: Self.frames))
    }

    @Test("every frame can be read alone", arguments: [FrameFormat.msgpackDelta, .protobufDelta])
    func alone(_ format: FrameFormat) throws {
        var generator = SeededGenerator(seed: 11)
        var encoder = FrameEncoder(format: format)
        for _ in 0..<300 {
            let ids = (0..<Int.random(in: 0...70, using: &generator)).map { _ -> TokenID in
                let bits = TokenID.random(in: 0...31, using: &generator)
                return TokenID.random(in: 0...(.max >> bits), using: &generator)
            }
            let frame = TokenFrame(ids: ids, toolCalls: ids.count == 3 ? FrameCoderTests.calls : [])
            var bytes: [UInt8] = []
            encoder.encode(frame, into: &bytes)
            var decoder = FrameDecoder(format: format)
            decoder.append(bytes)
            #expect(try decoder.next() == frame)
        }
    }

    @Test("plain and delta frames in one stream", arguments: [FrameFormat.msgpackDelta, .protobufDelta])
    func mixed(_ format: FrameFormat) throws {
        let first = [TokenFrame(ids: [7, 8])]
        let last = [TokenFrame(ids: [300, 299]), TokenFrame(done: true)]
        try verifier(format).verify(
            encoded(first, format.plain) + encoded(last, format),
            expecting: FrameOutcome(frames: first + last))
        try verifier(format).verify(
            encoded(first, format) + encoded(last, format.plain),
            expecting: FrameOutcome(frames: first + last))
    }

    @Test("any order of keys, unknown keys, any width, the last of two counts")
    func orderMessagePack() throws {
        let frame = TokenFrame(ids: [5, 4], done: true)
        for bytes in [
            unhex("84") + str("done") + unhex("c3") + str("ids_delta") + unhex("92d100080a")
                + str("finish_reason")
                + unhex("c0") + str("base_id") + unhex("cf0000000000000001"),
            unhex("84") + str("ids_delta") + unhex("9204d3") + unhex("0000000000000001") + str("new")
                + unhex("9181c0c0") + str("base_id") + unhex("03") + str("done") + unhex("c3"),
            unhex("85") + str("base_id") + unhex("09") + str("ids_delta") + unhex("9109") + str("ids_delta")
                + unhex("920401") + str("base_id") + unhex("03") + str("done") + unhex("c3"),
            unhex("84") + str("ids_delta") + unhex("920401") + str("ids") + unhex("920504") + str("base_id")
                + unhex("03") + str("done") + unhex("c3"),
        ] {
            let expected =
                bytes[0] == 0x84 && bytes[1] == 0xA4 ? TokenFrame(ids: [5, 10], done: true) : frame
            try verifier(.msgpack).verify(bytes, expecting: FrameOutcome(frames: [expected]))
        }
    }

    @Test(
        "any order of fields, unpacked and longer forms",
        arguments: [
            "2803" + "0a020401" + "1001", "0a020401" + "2803" + "1001", "1001" + "0804" + "0801" + "2803",
            "4b4c" + "0a0104" + "2809" + "0801" + "1001" + "2883808000",
            "0a048400" + "8100" + "2803" + "1001",
        ])
    func orderProtobuf(_ hex: String) throws {
        let message = unhex(hex)
        let bytes = [0, 0, 0, UInt8(message.count)] + message
        let frame = TokenFrame(ids: [5, 4], done: true)
        try verifier(.protobuf).verify(bytes, expecting: FrameOutcome(frames: [frame]))
    }

    @Test(
        "values that no ids have, MessagePack",
        arguments: [
            // base_id, ids_delta, code
            ("ce00000000", "91cf00000001fffffffe", nil), ("ceffffffff", "91cf00000001fffffffd", nil),
            ("cf0000000100000000", "9100", "number_out_of_range"), ("ff", "9100", "number_out_of_range"),
            ("c0", "9100", "wrong_type"), ("a0", "9100", "wrong_type"), ("ca00000000", "9100", "wrong_type"),
            ("00", "9101", "number_out_of_range"), ("ceffffffff", "9102", "number_out_of_range"),
            ("05", "92090c", nil), ("05", "920b0c", "number_out_of_range"),
            ("00", "91cf0000000200000000", "number_out_of_range"),
            ("00", "91cfffffffffffffffff", "number_out_of_range"), ("00", "91ff", "number_out_of_range"),
            ("00", "91c0", "wrong_type"), ("00", "c0", "wrong_type"), ("00", "a0", "wrong_type"),
            ("00", "ddffffffff", "too_many_ids"),
        ] as [(String, String, String?)])
    func hostileMessagePack(_ base: String, _ deltas: String, _ code: String?) throws {
        let end = str("done") + unhex("c3")
        for bytes in [
            str("base_id") + unhex(base) + str("ids_delta") + unhex(deltas) + end,
            str("ids_delta") + unhex(deltas) + str("base_id") + unhex(base) + end,
        ] {
            let outcome = FrameOutcome([0x83] + bytes, format: .msgpackDelta)
            #expect(outcome.error?.code.rawValue == code)
            try verifier(.msgpackDelta).verify([0x83] + bytes, expecting: outcome)
        }
    }

    @Test("a delta frame without its base, and a base without ids")
    func missing() {
        let end = str("done") + unhex("c3")
        for bytes in [str("ids_delta") + unhex("9100") + end, str("base_id") + unhex("00") + end] {
            #expect(FrameOutcome([0x82] + bytes, format: .msgpackDelta).error?.code == .missingKey)
        }
    }

    @Test(
        "values that no ids have, protobuf",
        arguments: [
            ("0a05feffffff1f", "2800", nil), ("0a05fdffffff1f", "28ffffffff0f", nil),
            ("0a0100", "288080808010", "number_out_of_range"), ("0a0101", "2800", "number_out_of_range"),
            ("0a0102", "28ffffffff0f", "number_out_of_range"), ("0801", "2800", "number_out_of_range"),
            ("0a058080808020", "2800", "number_out_of_range"),
            ("0a0affffffffffffffffff01", "2800", "number_out_of_range"),
            ("0a0bffffffffffffffffffff01", "2800", "invalid_varint"), ("0a020080", "2800", "field_too_long"),
            ("0a0100", "28", "field_too_long"), ("0a0500", "2800", "field_too_long"),
        ] as [(String, String, String?)])
    func hostileProtobuf(_ ids: String, _ base: String, _ code: String?) throws {
        for message in [unhex(ids + base + "1001"), unhex("1001" + ids + base)] {
            let bytes = [0, 0, 0, UInt8(message.count)] + message
            let outcome = FrameOutcome(bytes, format: .protobufDelta)
            if code != "field_too_long" { #expect(outcome.error?.code.rawValue == code) }
            if code != nil { #expect(outcome.error != nil) }
            try verifier(.protobufDelta).verify(bytes, expecting: outcome)
        }
    }
}
