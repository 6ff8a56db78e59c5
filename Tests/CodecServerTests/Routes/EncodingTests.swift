import CodecCompression
import CodecCore
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CodecServer

@Suite("Formats and encodings")
struct EncodingTests {
    private static let encodings = ["identity", "gzip", "br", "zstd"]

    /// The decompressed bytes of a body as far as it has come.
    private static func plain(
        _ body: [UInt8], _ encoding: String, _ dictionary: ZstdDictionary?
    ) throws -> [UInt8] {
        let encoding = ContentEncoding(headerValue: encoding)
        guard let decompressor = try encoding.makeDecompressor(dictionary: dictionary) else { return body }
        var output: [UInt8] = []
        try decompressor.decompress(body, into: &output)
        return output
    }

    private static func dictionary(_ format: FrameFormat, _ assets: WireAssets) -> ZstdDictionary? {
        assets.dictionaries[format]?.first
    }

    @Test("every format comes in every encoding that it may have", arguments: FrameFormat.allCases, encodings)
    func formats(format: FrameFormat, encoding: String) async throws {
        let assets = try TestAssets.make()
        let text = String(repeating: "Hello, world. ", count: 30)
        let engine = try SteppedEngine(answering: text)
        try await withRoutes(engine, assets: assets) { client in
            let answer = try await client.post(
                "/v1/completions",
                "{\"prompt\":\"a\",\"max_tokens\":4000,\"stream_format\":\"\(format.name)\"}",
                headers: [.acceptEncoding: encoding == "identity" ? encoding : "\(encoding), identity;q=0"])
            let dictionary = Self.dictionary(format, assets)
            guard encoding != "zstd" || dictionary != nil else {
                // Never without a dictionary.
                #expect(answer.status == .notAcceptable)
                let said = String(decoding: answer.bytes, as: UTF8.self)
                #expect(said.contains("no dictionary for zstd and \(format.name)"))
                return
            }
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == format.contentType)
            #expect(answer.headers[.contentEncoding] ?? "identity" == encoding)
            #expect(
                answer.headers[.codecZstdDictionary]
                    == (encoding == "zstd" ? dictionary?.hash.description : nil))
            #expect(
                answer.headers[.codecRankTable]
                    == (format == .compact ? assets.rankTable?.hash.description : nil))
            let body = try Self.plain(answer.bytes, encoding, dictionary)
            var decoder = FrameDecoder(format: format, ranks: assets.rankTable?.table)
            let frames = try decodeFrames(body, with: &decoder)
            try decoder.finish()
            #expect(frames.flatMap(\.ids) == ByteMap.ids(text))
            #expect(frames.last?.finishReason == .endOfSequence)
        }
    }

    @Test(
        "the first id can be read at once, and each flush after it", arguments: FrameFormat.allCases,
        encodings)
    func flushes(format: FrameFormat, encoding: String) async throws {
        let assets = try TestAssets.make()
        let dictionary = Self.dictionary(format, assets)
        guard encoding != "zstd" || dictionary != nil else { return }
        let gate = Gate()
        let engine = try SteppedEngine { _ in
            [.ids([65]), .wait(gate), .ids([66]), .wait(gate), .ids([67]), .finish(.length)]
        }
        try await RunningServer.with(engine, assets: assets) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post(
                "/v1/completions",
                "{\"prompt\":\"a\",\"stream_format\":\"\(format.name)\",\"stream_options\":{\"flush_ms\":1}}",
                headers: "Accept-Encoding: \(encoding), *;q=0\r\n")
            for (expected, last) in [([65], false), ([65, 66], false), ([65, 66, 67], true)]
                as [([TokenID], Bool)]
            {
                try await eventually("the ids \(expected) can be read") {
                    var decoder = FrameDecoder(format: format, ranks: assets.rankTable?.table)
                    let frames = try decodeFrames(
                        try Self.plain(connection.chunkedBody, encoding, dictionary), with: &decoder)
                    return frames.flatMap(\.ids) == expected && (frames.last?.done ?? false) == last
                }
                gate.open()
            }
        }
    }

    @Test(
        "events too go out at once under every encoding",
        arguments: ["identity", "gzip", "br"])
    func events(encoding: String) async throws {
        let gate = Gate()
        let engine = try SteppedEngine { _ in [.ids([65]), .wait(gate), .ids([66]), .finish(.length)] }
        try await RunningServer.with(engine) { server in
            let connection = try await RawConnection(port: server.port)
            try await connection.post(
                "/v1/completions", #"{"prompt":"a","stream":true,"stream_options":{"flush_ms":1}}"#,
                headers: "Accept-Encoding: \(encoding), *;q=0\r\n")
            for text in [#""text":"A""#, "[DONE]"] {
                try await eventually("\(text) can be read") {
                    String(decoding: try Self.plain(connection.chunkedBody, encoding, nil), as: UTF8.self)
                        .contains(text)
                }
                gate.open()
            }
        }
    }

    @Test("a binary request gets the format that it names", arguments: FrameFormat.allCases)
    func binaryRequests(format: FrameFormat) async throws {
        let engine = try SteppedEngine(answering: "Hello")
        try await withRoutes(engine) { client in
            for (type, own) in [
                ("application/x-msgpack", FrameFormat.msgpack), ("application/x-protobuf", .protobuf),
            ] {
                var body: [UInt8] = []
                CodecRequest(promptIDs: [97], streamFormat: format.name).encode(format: own, into: &body)
                let answer = try await client.execute(
                    uri: "/v1/completions/codec", method: .post, headers: [.contentType: type],
                    body: ByteBuffer(bytes: body))
                #expect(answer.headers[.contentType] == format.contentType)
                #expect(try decodeFrames(answer.bytes, format).flatMap(\.ids) == ByteMap.ids("Hello"))
            }
        }
    }

    @Test("the choice and its reason are in the metrics")
    func metrics() async throws {
        try await withRoutes(try SteppedEngine(answering: "Hello")) { client in
            _ = try await client.post(
                "/v1/completions", #"{"prompt":"a","stream_format":"msgpack"}"#,
                headers: [.acceptEncoding: "br"])
            let text = try await client.get("/metrics").text
            #expect(text.contains(#"codec_encodings_total{format="msgpack",encoding="#), "\(text)")
        }
    }
}
