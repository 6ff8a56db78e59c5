import CodecCore
import CodecTesting
import Testing

@Suite("Compact streams")
struct CompactFrameTests {
    @Test(
        "bytes of ids",
        arguments: [
            (0, "01"), (126, "7f"), (127, "8001"), (16_382, "ff7f"), (16_383, "808001"),
            (2_097_150, "ffff7f"),
            (2_097_151, "80808001"), (268_435_454, "ffffff7f"), (268_435_455, "8080808001"),
            (4_294_967_294, "ffffffff0f"), (4_294_967_295, "8080808010"),
        ] as [(TokenID, String)])
    func ids(_ id: TokenID, _ hex: String) throws {
        let end = TokenFrame(done: true)
        #expect(compact([TokenFrame(ids: [id])]) == unhex(hex))
        let several = TokenFrame(ids: [id, id, 5, id, id])
        #expect(compact([several, end]) == unhex(hex + hex + "06" + hex + hex + "000100"))
        try compactVerifier().verify(
            compact([several, several, end]), expecting: CompactOutcome([several, several, end]))
    }

    @Test("tool calls and the end")
    func controls() throws {
        let frames = [
            TokenFrame(ids: [1, 300]),
            TokenFrame(ids: [2], toolCalls: [ToolCall(name: "f", argumentsJSON: "{}")]),
            TokenFrame(
                ids: [3], done: true, finishReason: .length,
                toolCalls: [ToolCall(argumentsJSON: "x", id: "1")]),
        ]
        let bytes =
            unhex("02ad02") + unhex("00021b91" + "82") + str("name") + str("f") + str("arguments_json")
            + str("{}") + unhex("03") + unhex("00021891" + "82") + str("arguments_json") + str("x")
            + str("id")
            + str("1") + unhex("04") + unhex("000106") + Array("length".utf8)
        #expect(compact(frames) == bytes)
        try compactVerifier().verify(bytes, expecting: CompactOutcome(frames))
        try compactVerifier().verifyCutOff(bytes) { length, outcome in
            outcome.error == FrameError(.truncated, offset: UInt64(length))
        }
        _ = CompactOutcome(bytes.map { [$0] }) { frame in #expect(!frame.ids.isEmpty || frame.done) }
    }

    @Test("what is written is read again, with and without ranks", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let table = try RankTable(Array((0..<3000).shuffled(using: &generator).prefix(Int(seed) * 100)))
        let bits = TokenID.random(in: 0...31, using: &generator)
        var frames: [TokenFrame] = (0..<100).map { _ in
            let count = [1, 1, 1, 2, 15, 40, 700].randomElement(using: &generator) ?? 1
            return TokenFrame(
                ids: (0..<count).map { _ -> TokenID in
                    let fewer = min(31, bits + TokenID.random(in: 0...7, using: &generator))
                    return TokenID.random(in: 0...(.max >> fewer), using: &generator)
                }, toolCalls: count == 15 ? FrameCoderTests.calls : [])
        }
        frames.append(TokenFrame(ids: [6, 7], done: true, finishReason: .stopSequence))
        for ranks in [nil, table] {
            try compactVerifier(ranks: ranks).verify(
                compact(frames, ranks: ranks), expecting: CompactOutcome(frames), randomCuts: 10)
        }
    }

    @Test("whatever is complete is given out at once")
    func prompt() throws {
        var decoder = FrameDecoder(format: .compact)
        var read: [TokenFrame?] = []
        for byte in unhex("05ac02" + "000901ff" + "8101" + "0001" + "00") {
            decoder.append([byte])
            read.append(try decoder.next())
        }
        #expect(read.compactMap(\.self).map(\.ids) == [[4], [299], [128], []])
        #expect(read[0] != nil && read[2] != nil && read[8] != nil)
        #expect(read.last == TokenFrame(done: true))
        try decoder.finish()
    }

    @Test("unknown records are skipped, and may be long")
    func unknown() throws {
        let long = [UInt8](repeating: 0, count: 5000)
        let bytes =
            unhex("02" + "000300" + "03" + "00a08d068827") + long + unhex("04" + "00000100" + "000100")
        try compactVerifier().verify(
            bytes, expecting: CompactOutcome([TokenFrame(ids: [1, 2, 3])]), randomCuts: 5)
    }

    @Test("longer forms than needed, up to five bytes")
    func overlong() throws {
        let bytes = unhex("8100" + "8180808000" + "800081008000")
        try compactVerifier().verify(bytes, expecting: CompactOutcome([TokenFrame(ids: [0, 0])]))
    }

    @Test(
        "bytes to refuse, after ids that are good",
        arguments: [
            ("818080808000", "invalid_varint", 0), ("ffffffffffffff", "invalid_varint", 0),
            ("8180808010", "number_out_of_range", 0), ("808080807f", "number_out_of_range", 0),
            ("00818080808000", "invalid_varint", 0), ("0001818080808000", "invalid_varint", 0),
            ("0001ffffffff0f", "frame_too_large", 0), ("0005ffffffff0f", "frame_too_large", 0),
            ("000181808001", "string_too_long", 0), ("000101ff", "invalid_utf8", 0),
            ("000102c328", "invalid_utf8", 0),
            ("000200", "field_too_long", 3), ("000201c1", "reserved_byte", 3),
            ("000202c0c0", "trailing_bytes", 4),
            ("00020101", "wrong_type", 3), ("0002029180", "missing_key", 5),
            ("00020191", "field_too_long", 4),
            ("000205ddffffffff", "too_many_entries", 3), ("000100" + "05", "trailing_bytes", 3),
        ])
    func refused(_ hex: String, _ code: String, _ offset: Int) throws {
        for before in [[], unhex("05"), unhex("0506070809ac02050607080905060708")] {
            let bytes = before + unhex(hex)
            var expected = CompactOutcome([before[...]])
            expected.error = FrameError(.init(rawValue: code), offset: UInt64(before.count + offset))
            try compactVerifier().verify(bytes, expecting: expected)
        }
    }

    @Test("limits")
    func limits() throws {
        let frames = [
            TokenFrame(ids: Array(0..<1000)),
            TokenFrame(ids: [1], done: true, finishReason: .error, toolCalls: FrameCoderTests.calls),
        ]
        let bytes = compact(frames)
        for ids in [0, 1, 255, 256, 257, 999, 5000] {
            let limits = FrameLimits(ids: ids)
            let outcome = CompactOutcome([bytes[...]], limits: limits) { frame in
                #expect(frame.ids.count <= max(1, ids))
            }
            #expect(outcome == CompactOutcome(frames))
            try compactVerifier(limits: limits).verify(bytes, expecting: outcome, randomCuts: 5)
        }
        let cases: [(FrameLimits, FrameError.Code?)] = [
            (FrameLimits(stringBytes: 300), nil), (FrameLimits(stringBytes: 299), .stringTooLong),
            (FrameLimits(listEntries: 4), nil), (FrameLimits(listEntries: 3), .tooManyEntries),
            (FrameLimits(frameBytes: 100), .frameTooLarge),
        ]
        for (limits, code) in cases {
            let outcome = CompactOutcome([bytes[...]], limits: limits)
            #expect(outcome.error?.code == code)
            try compactVerifier(limits: limits).verify(bytes, expecting: outcome, randomCuts: 5)
        }
        let calls = compact([TokenFrame(toolCalls: FrameCoderTests.calls)])
        let outcome = CompactOutcome([(calls + calls)[...]], limits: FrameLimits(listEntries: 7))
        #expect(outcome.error?.code == .tooManyEntries)
    }

    @Test("random bytes give the same whole and cut", arguments: 0..<200 as Range<UInt64>)
    func noise(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let common: [UInt8] = [0, 1, 2, 3, 0x7F, 0x80, 0x81, 0xFF]
        let bytes = (0..<200).map { _ in
            Int.random(in: 0..<8, using: &generator) == 0
                ? common.randomElement(using: &generator) ?? 0
                : .random(in: 1...(seed % 2 == 0 ? 255 : 140), using: &generator)
        }
        try compactVerifier().verify(bytes, expecting: CompactOutcome([bytes[...]]), randomCuts: 10)
    }
}
