import CodecClient
import CodecCompression
import CodecCore
import CodecMaps
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct CompletionTests {
    static let frames = [
        TokenFrame(ids: [1]), TokenFrame(ids: [70_000, 3]),
        TokenFrame(ids: [], done: true, finishReason: .length),
    ]
    static let map = ContentHash(of: Array("a map".utf8))

    /// A stream's bytes, cut into single ones when asked.
    static func body(_ frames: [TokenFrame], _ format: FrameFormat, singleBytes: Bool = false) -> [[UInt8]] {
        var bytes: [UInt8] = []
        var encoder = FrameEncoder(format: format)
        for frame in frames { encoder.encode(frame, into: &bytes) }
        return singleBytes ? bytes.map { [$0] } : [bytes]
    }

    static func headers(_ format: FrameFormat, _ more: (String, String)...) -> [(String, String)] {
        [
            ("Content-Type", format.contentType),
            ("Codec-Tokenizer-Map", map.description),
        ] + more
    }

    /// Reads a completion from a server that gives `answer`.
    func read(
        _ answer: ReplayServer.Answer, _ options: CompletionOptions = .init(prompt: .text("Hi")),
        format: FrameFormat = .msgpack
    ) async throws -> (frames: [TokenFrame], response: CompletionResponse, request: ReplayServer.Request?) {
        var result: ([TokenFrame], CompletionResponse, ReplayServer.Request?)?
        try await ReplayServer.run({ _ in answer }) { server in
            let response = try await CodecClient(testing: server.url).completions(options, format: format)
            var frames: [TokenFrame] = []
            for try await frame in response.frames { frames.append(frame) }
            result = (frames, response, server.requests.first)
        }
        return try #require(result)
    }

    @Test("frames as the server sent them", arguments: [FrameFormat.msgpack, .protobuf], [false, true])
    func frames(_ format: FrameFormat, singleBytes: Bool) async throws {
        let answer = ReplayServer.Answer(
            headers: Self.headers(format), body: Self.body(Self.frames, format, singleBytes: singleBytes))
        let (frames, response, _) = try await read(answer, format: format)
        #expect(frames == Self.frames)
        #expect(response.map == Self.map)
        let statistics = response.statistics
        #expect(statistics.frames == 3)
        #expect(statistics.ids == 3)
        #expect(statistics.bodyBytes == answer.parts.dropFirst().reduce(0) { $0 + $1.count })
        #expect(statistics.decodedBytes == statistics.bodyBytes)
        #expect(statistics.headerBytes == answer.headBytes)
        let first = try #require(statistics.timeToFirst)
        #expect(first > .zero && first <= statistics.duration + .seconds(1))
    }

    @Test(
        "what is compressed is decompressed, its bytes counted as they came",
        arguments: [ContentEncoding.gzip, .br])
    func compressed(_ encoding: ContentEncoding) async throws {
        let plain = Self.body(Self.frames, .protobuf)[0]
        var compressed: [UInt8] = []
        try encoding.makeCompressor()?.compress(plain, flush: .finish, into: &compressed)
        let answer = ReplayServer.Answer(
            headers: Self.headers(.protobuf, ("Content-Encoding", encoding.rawValue)),
            body: compressed.map { [$0] })
        let (frames, response, request) = try await read(answer, format: .protobuf)
        #expect(frames == Self.frames)
        #expect(response.encoding == encoding)
        #expect(response.statistics.bodyBytes == compressed.count)
        #expect(response.statistics.decodedBytes == plain.count)
        #expect(request?.headers["accept-encoding"] == "gzip, br")
    }

    @Test("what is sent: fields, headers, path")
    func request() async throws {
        let options = CompletionOptions(
            prompt: .ids([5, 6]), model: "m", maxTokens: 7, temperature: 0.5, topP: 0.25, seed: 9,
            stop: ["x"], flushMilliseconds: 0, acceptedEncodings: [], pinnedMap: Self.map)
        let answer = ReplayServer.Answer(
            headers: Self.headers(.msgpack), body: Self.body(Self.frames, .msgpack))
        let request = try #require(try await read(answer, options).request)
        #expect(request.line == "POST /v1/completions HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["accept-encoding"] == "identity")
        #expect(request.headers["x-codec-map"] == Self.map.description)
        let sent = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? NSDictionary)
        let expected: NSDictionary = [
            "prompt": [5, 6], "model": "m", "max_tokens": 7, "temperature": 0.5, "top_p": 0.25, "seed": 9,
            "stop": ["x"], "stream": true, "stream_format": "msgpack", "stream_options": ["flush_ms": 0],
        ]
        #expect(sent == expected)
    }

    @Test(
        "Accept-Encoding",
        arguments: [
            (nil, "gzip, br"), ([.gzip, .identity], "gzip"), ([.gzip], "gzip, identity;q=0"),
            ([.identity], "identity"), ([], "identity"), ([.zstd, .br, .identity], "zstd, br"),
        ] as [([ContentEncoding]?, String)])
    func acceptEncoding(_ encodings: [ContentEncoding]?, header: String) async throws {
        let answer = ReplayServer.Answer(
            headers: Self.headers(.msgpack), body: Self.body(Self.frames, .msgpack))
        let options = CompletionOptions(prompt: .text("Hi"), acceptedEncodings: encodings)
        let request = try await read(answer, options).request
        #expect(request?.headers["accept-encoding"] == header)
    }

    @Test("a conversation goes to the chat endpoint")
    func chat() async throws {
        let options = CompletionOptions(prompt: .messages([.init(role: "user", content: "Hi")]))
        let answer = ReplayServer.Answer(
            headers: Self.headers(.msgpack), body: Self.body(Self.frames, .msgpack))
        let request = try #require(try await read(answer, options).request)
        #expect(request.path == "/v1/chat/completions")
        let sent = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? NSDictionary)
        #expect(
            sent == [
                "messages": [["role": "user", "content": "Hi"]], "stream": true, "stream_format": "msgpack",
            ])
    }

    struct BadAnswer: Sendable, CustomTestStringConvertible {
        var name: String
        var answer: ReplayServer.Answer
        var code: ClientError.Code
        var pinned: ContentHash?
        var testDescription: String { name }
    }

    static let badAnswers: [BadAnswer] = [
        BadAnswer(
            name: "another map", answer: .init(headers: headers(.msgpack), body: body(frames, .msgpack)),
            code: .mapMismatch, pinned: ContentHash(of: [1])),
        BadAnswer(
            name: "no map named",
            answer: .init(headers: [("Content-Type", "application/x-msgpack")], body: body(frames, .msgpack)),
            code: .mapMismatch, pinned: map),
        BadAnswer(
            name: "the map's name is no hash",
            answer: .init(
                headers: [("Content-Type", "application/x-msgpack"), ("Codec-Tokenizer-Map", "qwen2")],
                body: body(frames, .msgpack)), code: .unexpectedAnswer),
        BadAnswer(
            name: "another type", answer: .init(headers: headers(.protobuf), body: body(frames, .protobuf)),
            code: .unexpectedAnswer),
        BadAnswer(name: "no type", answer: .init(body: body(frames, .msgpack)), code: .unexpectedAnswer),
        BadAnswer(
            name: "an encoding not asked for",
            answer: .init(headers: headers(.msgpack, ("Content-Encoding", "zstd")), body: [[1]]),
            code: .unexpectedAnswer),
        BadAnswer(
            name: "no terminal frame",
            answer: .init(headers: headers(.msgpack), body: body([TokenFrame(ids: [1])], .msgpack)),
            code: .truncated),
        BadAnswer(
            name: "cut inside a frame",
            answer: .init(headers: headers(.msgpack), body: [Array(body(frames, .msgpack)[0].dropLast(3))]),
            code: .truncated),
        BadAnswer(name: "empty body", answer: .init(headers: headers(.msgpack), body: []), code: .truncated),
        BadAnswer(
            name: "shorter than its Content-Length",
            answer: .init(
                headers: headers(.msgpack, ("Content-Length", "1000")),
                body: body([TokenFrame(ids: [1])], .msgpack)),
            code: .truncated),
        BadAnswer(
            name: "chunks cut off",
            answer: .init(
                headers: headers(.msgpack, ("Transfer-Encoding", "chunked")), body: [Array("5\r\nab".utf8)]),
            code: .malformed),
        BadAnswer(
            name: "no frames", answer: .init(headers: headers(.msgpack), body: [[0xC1]]), code: .malformed),
        BadAnswer(
            name: "bytes after the terminal frame",
            answer: .init(headers: headers(.msgpack), body: body(frames, .msgpack) + [[0]]), code: .malformed),
        BadAnswer(
            name: "no gzip",
            answer: .init(
                headers: headers(.msgpack, ("Content-Encoding", "gzip")), body: body(frames, .msgpack)),
            code: .malformed),
        BadAnswer(
            name: "not HTTP", answer: .init(status: "oh no", body: [[0xFF]]), code: .unexpectedAnswer),
        BadAnswer(
            name: "redirect",
            answer: .init(status: "302 Found", headers: [("Location", "/elsewhere")], body: []),
            code: .refused),
    ]

    @Test("typed errors", arguments: badAnswers)
    func badAnswer(_ c: BadAnswer) async throws {
        var options = CompletionOptions(prompt: .text("Hi"))
        options.pinnedMap = c.pinned
        let error = await #expect(throws: ClientError.self) { _ = try await read(c.answer, options) }
        #expect(error?.code == c.code, "\(error?.message ?? "")")
    }

    @Test("good frames come before the error")
    func framesBeforeError() async throws {
        let body = Self.body(Array(Self.frames.dropLast()), .protobuf)
        let answer = ReplayServer.Answer(headers: Self.headers(.protobuf), body: body)
        try await ReplayServer.run({ _ in answer }) { server in
            let response = try await CodecClient(testing: server.url)
                .completions(.init(prompt: .text("Hi")), format: .protobuf)
            var frames: [TokenFrame] = []
            let error = await #expect(throws: ClientError.self) {
                for try await frame in response.frames { frames.append(frame) }
            }
            #expect(frames == Array(Self.frames.dropLast()))
            #expect(error?.code == .truncated)
        }
    }

    @Test("a stream is read once")
    func once() async throws {
        let answer = ReplayServer.Answer(
            headers: Self.headers(.msgpack), body: Self.body(Self.frames, .msgpack))
        let response = try await read(answer).response
        let error = await #expect(throws: ClientError.self) { for try await _ in response.frames {} }
        #expect(error?.code == .alreadyRead)
    }

    @Test("leaving the loop closes the connection")
    func leaving() async throws {
        let answer = ReplayServer.Answer(
            headers: Self.headers(.msgpack), body: Self.body([TokenFrame(ids: [1])], .msgpack), closes: false)
        try await ReplayServer.run({ _ in answer }) { server in
            let client = try CodecClient(testing: server.url)
            let response = try await client.completions(.init(prompt: .text("Hi")))
            for try await frame in response.frames {
                #expect(frame.ids == [1])
                break
            }
            for await _ in server.closings { break }
            _ = client
        }
    }

    @Test("cancelling the reader closes the connection")
    func cancelling() async throws {
        let answer = ReplayServer.Answer(
            headers: Self.headers(.msgpack), body: Self.body([TokenFrame(ids: [1])], .msgpack), closes: false)
        try await ReplayServer.run({ _ in answer }) { server in
            let client = try CodecClient(testing: server.url)
            let (started, continuation) = AsyncStream.makeStream(of: Void.self)
            let reader = Task {
                let response = try await client.completions(.init(prompt: .text("Hi")))
                for try await _ in response.frames { continuation.yield() }
            }
            for await _ in started { break }
            reader.cancel()
            for await _ in server.closings { break }
            let error = await #expect(throws: ClientError.self) { try await reader.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test("a silent server ends in a timeout, before and after its answer began", arguments: [true, false])
    func silence(answers: Bool) async throws {
        var answer = ReplayServer.Answer(headers: Self.headers(.msgpack), body: [], closes: false)
        if !answers { answer.parts = [] }
        let silent = answer
        try await ReplayServer.run({ _ in silent }) { server in
            let client = try CodecClient(
                baseURL: server.url,
                configuration: .testing(
                    timeouts: .init(firstByte: .milliseconds(50), idle: .milliseconds(50))))
            let error = await #expect(throws: ClientError.self) {
                let response = try await client.completions(.init(prompt: .text("Hi")))
                for try await _ in response.frames {}
            }
            #expect(error?.code == .timeout)
        }
    }

    @Test("nobody listens")
    func refusedConnection() async throws {
        var url = ""
        try await ReplayServer.run({ _ in .init(body: []) }) { url = $0.url }
        let client = try CodecClient(testing: url)
        let error = await #expect(throws: ClientError.self) {
            _ = try await client.completions(.init(prompt: .text("Hi")))
        }
        #expect(error?.code == .connection)
    }

    @Test(
        "an address as OpenAI's clients have it",
        arguments: [
            ("http://h:8000/v1", "http://h:8000"), ("http://h/v1/", "http://h"),
            ("http://h/a/v1", "http://h/a"),
            ("http://h/a/", "http://h/a"), ("HTTP://H", "http://h"),
        ])
    func baseAddress(_ written: String, meant: String) throws {
        #expect(try CodecClient(testing: written).baseURL == meant)
    }

    @Test(
        "addresses",
        arguments: ["", "localhost:8000", "ftp://host", "http://", "http://host?x=1", "http://host#x"])
    func badAddress(_ url: String) {
        let error = #expect(throws: ClientError.self) { _ = try CodecClient(testing: url) }
        #expect(error?.code == .invalidURL)
    }
}
