import CodecCompression
import CodecCore
import CodecEngines
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CodecServer

@Suite("Completions")
struct CompletionTests {
    @Test("a document has what OpenAI's clients read")
    func document() async throws {
        let engine = try SteppedEngine(answering: "Grüße\n\"x\"", .length)
        try await withRoutes(engine) { client in
            let response = try await client.post("/v1/completions", #"{"prompt":"Hi","model":"bytes"}"#)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.headers[.codecTokenizerMap] == nil)
            let json = try response.json()
            #expect(json["object"] == .string("text_completion"))
            #expect(json["model"] == .string("bytes"))
            #expect(json["choices"]?[0]?["text"] == .string("Grüße\n\"x\""))
            #expect(json["choices"]?[0]?["finish_reason"] == .string("length"))
            #expect(json["choices"]?[0]?["index"] == .integer(0))
            #expect(
                json["usage"]
                    == .object([
                        .init(name: "prompt_tokens", value: .integer(2)),
                        .init(name: "completion_tokens", value: .integer(11)),
                        .init(name: "total_tokens", value: .integer(13)),
                    ]))
        }
        #expect(engine.requests == [CompletionRequest(prompt: ByteMap.ids("Hi"), maxTokens: 16)])
    }

    @Test(
        "every form of a prompt comes down to ids",
        arguments: [
            (#""Hi""#, [72, 105]), (#"["Hi"]"#, [72, 105]), (#"[72,105]"#, [72, 105]),
            (#"[[72,105]]"#, [72, 105]),
            (#"[300,72]"#, [300, 72]), (#""<|end|>""#, ByteMap.ids("<|end|>")),
        ] as [(String, [TokenID])])
    func prompts(prompt: String, ids: [TokenID]) async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) { client in
            let response = try await client.post("/v1/completions", "{\"prompt\":\(prompt)}")
            #expect(response.status == .ok)
        }
        #expect(engine.requests.first?.prompt == ids)
    }

    @Test("every field reaches the engine")
    func fields() async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/completions",
                #"""
                {"prompt":"a","max_tokens":7,"temperature":0.5,"top_p":0.25,"top_k":40,"min_p":0.125,"seed":42,
                 "repetition_penalty":1.5,"stop":["x","yz"],"n":1,"user":"me","logit_bias":{},"echo":false,
                 "presence_penalty":0,"unknown":[1,{"a":null}]}
                """#)
            #expect(response.status == .ok, "\(response.text)")
        }
        let sampling = SamplingParameters(
            temperature: 0.5, topK: 40, topP: 0.25, minP: 0.125, repetitionPenalty: 1.5, seed: 42)
        #expect(
            engine.requests
                == [CompletionRequest(prompt: [97], maxTokens: 7, sampling: sampling, stop: ["x", "yz"])])
    }

    @Test("frames carry the ids, and name their vocabulary", arguments: [FrameFormat.msgpack, .protobuf])
    func frames(format: FrameFormat) async throws {
        let engine = try SteppedEngine(answering: "Hello")
        try await withRoutes(engine) { client in
            let name = format == .msgpack ? "msgpack" : "protobuf"
            for (body, headers) in [
                ("{\"prompt\":\"a\",\"stream_format\":\"\(name)\"}", [:] as HTTPFields),
                (#"{"prompt":"a"}"#, [.accept: "application/x-codec-\(name)"]),
            ] {
                let response = try await client.post("/v1/completions", body, headers: headers)
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/x-\(name)")
                #expect(response.headers[.codecTokenizerMap] == engine.map.hash.description)
                #expect(response.headers[.contentEncoding] == nil)
                #expect(response.headers[.vary]?.contains("Accept-Encoding") == true)
                let frames = try decodeFrames(response.bytes, format)
                #expect(frames.flatMap(\.ids) == ByteMap.ids("Hello"))
                #expect(frames.last?.finishReason == .endOfSequence)
            }
        }
    }

    @Test("flush_ms 0 gives every id a frame of its own")
    func immediate() async throws {
        let engine = try SteppedEngine(answering: "Hello world")
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/completions",
                #"{"prompt":"a","stream_format":"protobuf","stream_options":{"flush_ms":0}}"#,
                headers: [.acceptEncoding: "gzip"])
            #expect(response.headers[.contentEncoding] == nil, "so few ids are smaller without gzip's header")
            let frames = try decodeFrames(response.bytes, .protobuf)
            #expect(frames.allSatisfy { $0.ids.count <= 1 })
            #expect(frames.flatMap(\.ids) == ByteMap.ids("Hello world"))
        }
    }

    @Test(
        "a binary request gets its own format, or the one it names",
        arguments: [FrameFormat.msgpack, .protobuf])
    func binary(format: FrameFormat) async throws {
        let engine = try SteppedEngine(answering: "ok")
        let name = format == .msgpack ? "msgpack" : "protobuf"
        try await withRoutes(engine) { client in
            for (asked, expected) in [
                (nil, format), ("protobuf", FrameFormat.protobuf), ("msgpack", .msgpack),
            ] {
                var body: [UInt8] = []
                CodecRequest(
                    promptIDs: [1, 2, 300], maxTokens: 5, temperature: 0, stop: ["z"], streamFormat: asked
                ).encode(format: format, into: &body)
                let response = try await client.execute(
                    uri: "/v1/completions/codec", method: .post,
                    headers: [.contentType: "application/x-\(name)"], body: ByteBuffer(bytes: body))
                #expect(response.status == .ok, "\(response.text)")
                #expect(try decodeFrames(response.bytes, expected).flatMap(\.ids) == ByteMap.ids("ok"))
            }
        }
        let expected = CompletionRequest(
            prompt: [1, 2, 300], maxTokens: 5, sampling: SamplingParameters(temperature: 0), stop: ["z"])
        #expect(engine.requests == [expected, expected, expected])
    }

    @Test("a failure midway ends frames with an error frame")
    func frameFailure() async throws {
        let engine = try SteppedEngine { _ in
            [.ids(ByteMap.ids("Hel")), .fail(EngineError(.generationFailed, "broken"))]
        }
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/completions", #"{"prompt":"a","stream_format":"msgpack"}"#)
            let frames = try decodeFrames(response.bytes, .msgpack)
            #expect(frames.flatMap(\.ids) == ByteMap.ids("Hel"))
            #expect(frames.last == TokenFrame(done: true, finishReason: .error))
        }
    }

    @Test("a failure of a document is a 500")
    func documentFailure() async throws {
        let engine = try SteppedEngine { _ in
            [.ids(ByteMap.ids("Hel")), .fail(EngineError(.generationFailed, "broken"))]
        }
        try await withRoutes(engine) { client in
            let response = try await client.post("/v1/completions", #"{"prompt":"a"}"#)
            #expect(response.status == .internalServerError)
            #expect(try response.json()["error"]?["message"] == .string("broken"))
        }
    }

    @Test("the right map pin passes, another does not")
    func pin() async throws {
        let engine = try SteppedEngine(answering: "ok")
        try await withRoutes(engine) { client in
            let response = try await client.post(
                "/v1/completions", #"{"prompt":"a","stream_format":"protobuf-delta"}"#,
                headers: [.codecMapPin: engine.map.hash.description])
            #expect(response.status == .ok)
            #expect(try decodeFrames(response.bytes, .protobuf).flatMap(\.ids) == ByteMap.ids("ok"))
            let wrong = try await client.post(
                "/v1/completions", #"{"prompt":"a"}"#,
                headers: [.codecMapPin: "sha256:" + String(repeating: "0", count: 64)])
            #expect(try wrong.json()["map"] == .string(engine.map.hash.description))
        }
    }
}

/// The frames of a whole body.
func decodeFrames(_ body: [UInt8], _ format: FrameFormat) throws -> [TokenFrame] {
    var decoder = FrameDecoder(format: format)
    let frames = try decodeFrames(body, with: &decoder)
    try decoder.finish()
    return frames
}

/// The frames of a body as far as it has come.
func decodeFrames(_ part: [UInt8], with decoder: inout FrameDecoder) throws -> [TokenFrame] {
    decoder.append(part)
    var frames: [TokenFrame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    return frames
}
