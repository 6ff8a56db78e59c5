import CodecCore
import CodecTesting
import Foundation
import Testing

@Suite("Golden frames")
struct GoldenFrameTests {
    @Test(
        "valid streams, cut in every way",
        arguments: try Fixture.load("frames-valid.jsonl", atLeast: 249, in: .module, as: FrameCase.self))
    func valid(_ golden: FrameCase) throws {
        let bytes = golden.bytes
        let verifier = verifier(golden.frameFormat)
        var expected = FrameOutcome(frames: golden.expected)
        expected.frames = withToolCalls(golden, expected.frames)
        try verifier.verify(bytes, expecting: expected)
        try verifier.verifyCutOff(bytes) { length, outcome in
            outcome.error == FrameError(.truncated, offset: UInt64(length))
                && outcome.frames == Array(expected.frames.prefix(outcome.frames.count))
        }
        if golden.areOurs {
            #expect(encoded(expected.frames, golden.frameFormat) == bytes)
        }
    }

    @Test(
        "streams to refuse",
        arguments: try Fixture.load("frames-invalid.jsonl", atLeast: 193, in: .module, as: FrameCase.self))
    func invalid(_ golden: FrameCase) throws {
        let outcome = FrameOutcome(golden.bytes, format: golden.frameFormat)
        if golden.maybe == nil {
            #expect(outcome.frames == golden.expected)
            #expect(outcome.error != nil)
        }
        #expect(outcome.error?.code.rawValue == golden.code)
        try verifier(golden.frameFormat).verify(golden.bytes, expecting: outcome)
    }

    @Test(
        "writers' bytes",
        arguments: try Fixture.load("frames-writer.jsonl", atLeast: 39, in: .module, as: WriterCase.self))
    func writer(_ golden: WriterCase) {
        let frame = golden.frame.frame
        #expect(encoded([frame], .msgpack) == unhex(golden.msgpack))
        #expect(encoded([frame], .protobuf) == unhex(golden.protobuf_default_omitted ?? golden.protobuf))
    }

    @Test("where the protocol is silent, as docs/frames.md says")
    func ambiguous() throws {
        let stop = TokenFrame(done: true, finishReason: FinishReason(rawValue: "stop"))
        let nul = FinishReason(rawValue: "a\0b")
        let refused = FrameOutcome(error: FrameError(.notAMap, offset: 1))
        let expected: [String: FrameOutcome] = [
            "ma000": FrameOutcome(frames: [TokenFrame(ids: [2], done: true)]),
            "ma001": FrameOutcome(frames: [TokenFrame(ids: [1], done: true)]),
            "ma002": FrameOutcome(frames: [TokenFrame(ids: [1], done: true)]),
            "ma003": refused,
            "ma004": refused,
            "ma005": FrameOutcome(frames: [TokenFrame(ids: [1], done: true, finishReason: nul)]),
            "pa006": FrameOutcome(frames: [TokenFrame(done: true)]),
            "pa007": FrameOutcome(frames: [TokenFrame(done: true)]),
            "pa008": FrameOutcome(frames: [TokenFrame(ids: [1]), stop]),
            "pa009": FrameOutcome(frames: [TokenFrame(done: true)]),
            "pa010": FrameOutcome(frames: [TokenFrame(done: true)]),
            "pa011": FrameOutcome(frames: [TokenFrame(ids: [1]), stop]),
            "pa012": FrameOutcome(frames: [TokenFrame(done: true, finishReason: nul)]),
            "pa013": FrameOutcome(frames: [TokenFrame(done: true)]),
        ]
        let cases = try Fixture.load("frames-ambiguous.jsonl", atLeast: 14, in: .module, as: FrameCase.self)
        for golden in cases {
            let outcome = try #require(expected[golden.id], "\(golden.testDescription)")
            try verifier(golden.frameFormat).verify(golden.bytes, expecting: outcome)
        }
    }

    @Test(
        "the whole conformance set", .enabled(if: Fixture.hasConformance),
        arguments: [("valid.jsonl", 249), ("big.jsonl.gz", 6), ("invalid.jsonl", 205)])
    func conformance(_ file: String, _ count: Int) throws {
        for golden in try Fixture.conformance("frames/" + file, atLeast: count, as: FrameCase.self) {
            let bytes = golden.bytes
            let outcome = FrameOutcome(bytes, format: golden.frameFormat)
            if golden.maybe == nil {
                #expect(outcome.frames == withToolCalls(golden, golden.expected), "\(golden.testDescription)")
                #expect((outcome.error == nil) == (golden.frames != nil), "\(golden.testDescription)")
            }
            try verifier(golden.frameFormat).verify(bytes, expecting: outcome, randomCuts: 3)
            if golden.areOurs {
                #expect(encoded(outcome.frames, golden.frameFormat) == bytes, "\(golden.testDescription)")
            }
        }
    }

    /// The golden frames leave out the tool calls that two of the streams carry.
    private func withToolCalls(_ golden: FrameCase, _ frames: [TokenFrame]) -> [TokenFrame] {
        guard golden.note?.contains("tool_calls") == true || golden.note?.contains("ToolCall") == true,
            var first = frames.first
        else { return frames }
        first.toolCalls = FrameOutcome(golden.bytes, format: golden.frameFormat).frames.first?.toolCalls ?? []
        #expect(
            !first.toolCalls.isEmpty
                && first.toolCalls.allSatisfy { $0.name == "f" && $0.argumentsJSON == "{}" })
        return [first] + frames.dropFirst()
    }
}

/// A frame and the bytes that writers make of it.
struct WriterCase: Decodable, CustomTestStringConvertible {
    var id: String
    var frame: JSONFrame
    var msgpack: String
    var protobuf: String
    var protobuf_default_omitted: String?
    var testDescription: String { id }
}
