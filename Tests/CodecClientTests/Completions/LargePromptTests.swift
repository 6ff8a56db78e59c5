import CodecClient
import CodecCompression
import CodecCore
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct LargePromptTests {
    static let prompt = (0..<100).map { TokenID($0 * 700) }

    static func client(_ server: ReplayServer) throws -> CodecClient {
        var configuration = CodecClient.Configuration.testing()
        configuration.binaryPromptIDs = 100
        return try CodecClient(baseURL: server.url, configuration: configuration)
    }

    static let answer = ReplayServer.Answer(
        headers: CompletionTests.headers(.protobuf),
        body: CompletionTests.body(CompletionTests.frames, .protobuf))

    @Test("a long prompt is sent in binary")
    func binary() async throws {
        try await ReplayServer.run({ _ in Self.answer }) { server in
            let options = CompletionOptions(
                prompt: .ids(Self.prompt), maxTokens: 7, temperature: 0.5, stop: ["x"])
            _ = try await Self.client(server).completions(options, format: .protobuf)
            let request = try #require(server.requests.first)
            #expect(request.path == "/v1/completions/codec")
            #expect(request.headers["content-type"] == "application/x-msgpack")
            let expected = CodecRequest(
                promptIDs: Self.prompt, maxTokens: 7, temperature: 0.5, stop: ["x"], streamFormat: "protobuf")
            #expect(try CodecRequest(request.body, format: .msgpack) == expected)
        }
    }

    @Test("a server without that path gets JSON, and no other refusal does")
    func fallback() async throws {
        try await ReplayServer.run({ request in
            request.path == "/v1/completions" ? Self.answer : .init(status: "404 Not Found", body: [])
        }) { server in
            let response = try await Self.client(server)
                .completions(.init(prompt: .ids(Self.prompt)), format: .protobuf)
            var frames: [TokenFrame] = []
            for try await frame in response.frames { frames.append(frame) }
            #expect(frames == CompletionTests.frames)
            #expect(server.requests.map(\.path) == ["/v1/completions/codec", "/v1/completions"])
        }
        try await ReplayServer.run({ _ in .init(status: "400 Bad Request", body: []) }) { server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await Self.client(server)
                    .completions(.init(prompt: .ids(Self.prompt)), format: .protobuf)
            }
            #expect(error?.code == .refused)
            #expect(server.requests.count == 1)
        }
    }

    @Test("what the binary form cannot say is sent as JSON")
    func unsayable() async throws {
        let prompts: [CompletionOptions] = [
            .init(prompt: .ids(Array(Self.prompt.dropLast()))), .init(prompt: .ids(Self.prompt), seed: 1),
            .init(prompt: .ids(Self.prompt), model: "m"), .init(prompt: .ids(Self.prompt), topP: 0.5),
            .init(prompt: .ids(Self.prompt), flushMilliseconds: 0), .init(prompt: .text("Hi")),
        ]
        for options in prompts {
            try await ReplayServer.run({ _ in Self.answer }) { server in
                _ = try await Self.client(server).completions(options, format: .protobuf)
                #expect(server.requests.map(\.path) == ["/v1/completions"])
            }
        }
    }

    @Test("a request's own body is compressed when asked", arguments: [ContentEncoding.gzip, .zstd])
    func compressed(_ encoding: ContentEncoding) async throws {
        try await ReplayServer.run({ _ in Self.answer }) { server in
            let options = CompletionOptions(prompt: .text("Hi"), bodyEncoding: encoding)
            _ = try await CodecClient(testing: server.url).completions(options, format: .protobuf)
            let request = try #require(server.requests.first)
            #expect(request.headers["content-encoding"] == encoding.rawValue)
            var body: [UInt8] = []
            let decompressor = try #require(try encoding.makeDecompressor())
            try decompressor.decompress(request.body, into: &body)
            try decompressor.finish()
            let sent = try JSONSerialization.jsonObject(with: Data(body)) as? NSDictionary
            #expect(sent?["prompt"] as? String == "Hi")
        }
    }

    @Test("an encoding that nobody knows")
    func unknownEncoding() async throws {
        try await ReplayServer.run({ _ in Self.answer }) { server in
            let options = CompletionOptions(prompt: .text("Hi"), bodyEncoding: .init(rawValue: "rot13"))
            let error = await #expect(throws: ClientError.self) {
                _ = try await CodecClient(testing: server.url).completions(options, format: .protobuf)
            }
            #expect(error?.code == .invalidRequest)
        }
    }
}
