import CodecCore
import Testing

@Suite("Names of formats")
struct FrameFormatTests {
    @Test("names and media types")
    func names() {
        let table: [(FrameFormat, String, String)] = [
            (.msgpack, "msgpack", "application/x-msgpack"),
            (.protobuf, "protobuf", "application/x-protobuf"),
            (.msgpackDelta, "msgpack-delta", "application/x-msgpack"),
            (.protobufDelta, "protobuf-delta", "application/x-protobuf"),
            (.compact, "compact", "application/x-codec-compact"),
        ]
        #expect(table.map(\.0) == FrameFormat.allCases)
        for (format, name, contentType) in table {
            #expect(format.name == name)
            #expect(format.contentType == contentType)
            #expect(FrameFormat(name: name) == format)
            #expect(format.isDelta == name.hasSuffix("-delta"))
            #expect(format.isDelta == (format != .compact && format.plain != format))
        }
        for name in ["", "json", "MSGPACK", "msgpack ", "msgpackDelta", "compact\0"] {
            #expect(FrameFormat(name: name) == nil)
        }
    }
}
