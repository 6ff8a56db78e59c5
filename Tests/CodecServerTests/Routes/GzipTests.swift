import CodecCompression
import CodecCore
import CodecEngines
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CodecServer

@Suite("gzip")
struct GzipTests {
    @Test("every form of answer is compressed for those who ask", arguments: ["", "msgpack", "stream"])
    func answers(form: String) async throws {
        let engine = try SteppedEngine(answering: String(repeating: "Hello ", count: 50))
        try await withRoutes(engine) { client in
            let field =
                switch form {
                case "msgpack": #","stream_format":"msgpack""#
                case "stream": #","stream":true"#
                default: ""
                }
            let body = "{\"prompt\":\"a\",\"max_tokens\":400\(field)}"
            let plain = try await client.post("/v1/completions", body)
            let zipped = try await client.post(
                "/v1/completions", body, headers: [.acceptEncoding: "gzip, deflate"])
            #expect(zipped.headers[.contentEncoding] == "gzip")
            #expect(plain.headers[.contentEncoding] == nil)
            let unzipped = try decompressGzip(zipped.bytes)
            if form == "msgpack" {
                #expect(
                    try decodeFrames(unzipped, .msgpack).flatMap(\.ids)
                        == decodeFrames(plain.bytes, .msgpack).flatMap(\.ids))
            } else {
                #expect(String(decoding: unzipped, as: UTF8.self).contains("Hello"))
            }
        }
    }

    @Test("a compressed request is read")
    func request() async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) { client in
            var body: [UInt8] = []
            try GzipCompressor().compress(Array(#"{"prompt":"Hi"}"#.utf8), flush: .finish, into: &body)
            let response = try await client.execute(
                uri: "/v1/completions", method: .post,
                headers: [.contentType: "application/json", .contentEncoding: "gzip"],
                body: ByteBuffer(bytes: body))
            #expect(response.status == .ok)
            let cut = try await client.execute(
                uri: "/v1/completions", method: .post,
                headers: [.contentType: "application/json", .contentEncoding: "gzip"],
                body: ByteBuffer(bytes: body.dropLast(4)))
            #expect(cut.status == .badRequest)
        }
        #expect(engine.requests.map(\.prompt) == [ByteMap.ids("Hi")])
    }

    @Test("a bomb gets 413")
    func bomb() async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) {
            $0.decompressedBodyLimit = 1 << 20
        } _: { client in
            var body: [UInt8] = []
            let zeros = [UInt8](repeating: 0x20, count: 4 << 20)
            try GzipCompressor().compress(zeros, flush: .finish, into: &body)
            let response = try await client.execute(
                uri: "/v1/completions", method: .post,
                headers: [.contentType: "application/json", .contentEncoding: "gzip"],
                body: ByteBuffer(bytes: body))
            #expect(response.status == .contentTooLarge)
        }
    }

    @Test("what was flushed can be read at once")
    func flushes() async throws {
        let gate = Gate()
        let engine = try SteppedEngine { _ in
            [.ids([65]), .wait(gate), .ids([66]), .wait(gate), .ids([67]), .finish(.length)]
        }
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post(
                "/v1/completions",
                #"{"prompt":"a","stream_format":"msgpack","stream_options":{"flush_ms":1}}"#,
                headers: "Accept-Encoding: gzip, identity;q=0\r\n")
            for (expected, last) in [([65], false), ([65, 66], false), ([65, 66, 67], true)]
                as [([TokenID], Bool)]
            {
                try await eventually("the ids \(expected) can be read") {
                    var plain: [UInt8] = []
                    let decompressor = try #require(try ContentEncoding.gzip.makeDecompressor())
                    try decompressor.decompress(connection.chunkedBody, into: &plain)
                    var decoder = FrameDecoder(format: .msgpack)
                    let frames = try decodeFrames(plain, with: &decoder)
                    return frames.flatMap(\.ids) == expected && (frames.last?.done ?? false) == last
                }
                gate.open()
            }
        }
    }
}
