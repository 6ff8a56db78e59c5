import CodecCore
import CodecMaps
import Foundation
import Testing

@testable import codec_cli

@Suite struct JSONTests {
    @Test("a string is read back as it was, by us and by Foundation")
    func strings() throws {
        let text =
            String(String.UnicodeScalarView((0...0x200).compactMap(Unicode.Scalar.init)))
            + "\"\\ 漢 😀 \u{2028}"
        var json: [UInt8] = []
        JSONWriting.append(text.utf8, to: &json)
        let read = try json.withUnsafeBufferPointer { bytes in
            var parser = JSONPullParser(bytes)
            return try parser.stringDocument()
        }
        #expect(read == Array(text.utf8))
        let byFoundation = try JSONDecoder().decode(String.self, from: Data(json))
        #expect(Array(byFoundation.utf8) == Array(text.utf8))
    }

    @Test(
        "ids are written and read",
        arguments: [[], [0], [9, 10, 99, 100], [4_294_967_295, 1_000_000_000]] as [[TokenID]])
    func ids(_ ids: [TokenID]) throws {
        var json: [UInt8] = []
        JSONWriting.append(ids, to: &json)
        #expect(String(decoding: json, as: UTF8.self) == "[\(ids.map(String.init).joined(separator: ","))]")
        #expect(try read(String(decoding: json, as: UTF8.self)) == ids)
    }

    @Test(
        "what is no array of ids is refused",
        arguments: [
            "", "1", "[", "[1,", "[-1]", "[1.0]", "[1e1]", "[4294967296]", "[\"1\"]", "[[1]]", "{}", "[1] 2",
        ])
    func badIDs(_ text: String) {
        #expect(throws: (any Error).self) { try read(text) }
    }

    private func read(_ text: String) throws -> [TokenID] {
        try Array(text.utf8).withUnsafeBufferPointer { bytes in
            var parser = JSONPullParser(bytes)
            return try parser.idsDocument()
        }
    }

    static let frames = [
        TokenFrame(ids: [1, 2]),
        TokenFrame(done: true, finishReason: .length),
        TokenFrame(
            ids: [7], done: true, finishReason: FinishReason(rawValue: "a\"b\n"),
            toolCalls: [
                ToolCall(name: "f", argumentsJSON: "{\"a\":1}", id: "c1"),
                ToolCall(argumentsJSON: "no object"),
            ]),
    ]

    @Test("a frame is read back as it was", arguments: frames)
    func frame(_ frame: TokenFrame) throws {
        var line: [UInt8] = []
        FrameJSON.append(frame, to: &line)
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(try line.withUnsafeBufferPointer { try FrameJSON.frame($0) } == frame)
    }

    @Test(
        "what is no frame is refused",
        arguments: [
            "", "[]", "{}", #"{"ids":[1]}"#, #"{"done":true}"#, #"{"ids":[1],"done":1}"#,
            #"{"ids":1,"done":true}"#,
            #"{"ids":[],"done":true,"finish_reason":1}"#, #"{"ids":[],"done":true,"tool_calls":[1]}"#,
            #"{"ids":[],"done":true,"tool_calls":[{"name":1}]}"#, #"{"ids":[],"done":true} x"#,
        ])
    func badFrame(_ text: String) {
        #expect(throws: (any Error).self) {
            try Array(text.utf8).withUnsafeBufferPointer { try FrameJSON.frame($0) }
        }
    }

    @Test("unknown keys and nulls are skipped")
    func lenientFrame() throws {
        let text = #" {"x":{"y":[1,{}]},"done":false,"finish_reason":null,"tool_calls":null,"ids":[3]} "#
        let frame = try Array(text.utf8).withUnsafeBufferPointer { try FrameJSON.frame($0) }
        #expect(frame == TokenFrame(ids: [3]))
    }
}
