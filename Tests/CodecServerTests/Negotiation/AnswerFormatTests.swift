import CodecAPI
import CodecCore
import HTTPTypes
import Testing

@testable import CodecServer

@Suite("Answer format")
struct AnswerFormatTests {
    @Test(
        "is chosen by stream_format, then Accept for frames, then stream",
        arguments: [
            (#"{}"#, nil, .document),
            (#"{"stream":false}"#, "text/event-stream", .document),
            (#"{"stream":true}"#, "application/json", .events),
            (#"{"stream_format":"msgpack"}"#, nil, .frames(.msgpack)),
            (
                #"{"stream_format":"protobuf","stream":false}"#, "application/x-codec-msgpack",
                .frames(.protobuf)
            ),
            (#"{"stream_format":null,"stream":true}"#, nil, .events),
            (#"{"stream":true}"#, "application/x-codec-msgpack", .frames(.msgpack)),
            (#"{}"#, "application/x-codec-protobuf, */*;q=0.1", .frames(.protobuf)),
            (
                #"{}"#, "application/x-codec-msgpack;q=0.4, application/x-codec-protobuf;q=0.5",
                .frames(.protobuf)
            ),
            (#"{}"#, "application/x-codec-msgpack, application/x-codec-protobuf", .frames(.msgpack)),
            (#"{}"#, "application/x-codec-msgpack;q=0", .document),
            (#"{}"#, "*/*", .document),
            (#"{"stream_format":"msgpack-delta"}"#, nil, .frames(.msgpackDelta)),
            (#"{"stream_format":"protobuf-delta"}"#, "application/x-codec-msgpack", .frames(.protobufDelta)),
            (#"{"stream_format":"compact"}"#, nil, .frames(.compact)),
            (#"{}"#, "application/x-codec-compact", .frames(.compact)),
        ] as [(String, String?, AnswerFormat)])
    func choice(json: String, accept: String?, expected: AnswerFormat) throws {
        var headers: HTTPFields = [:]
        headers[.accept] = accept
        let fields = try StreamFields(JSONObject(body: Array(json.utf8)), headers: headers, flush: .init())
        #expect(fields.format == expected)
    }
}
