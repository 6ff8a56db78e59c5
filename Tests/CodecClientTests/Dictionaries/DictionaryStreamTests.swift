import CodecClient
import CodecCompression
import CodecCore
import CodecMaps
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct DictionaryStreamTests {
    typealias Answer = ReplayServer.Answer

    static let bytes = Array((0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 3) })
    static let hash = ContentHash(of: bytes)
    static let path = "/.well-known/codec/dicts/\(hash.hex).zstd"

    static func compressed(_ body: [UInt8]) throws -> [UInt8] {
        var output: [UInt8] = []
        let compressor = try ContentEncoding.zstd.makeCompressor(dictionary: ZstdDictionary(bytes))
        try compressor?.compress(body, flush: .finish, into: &output)
        return output
    }

    /// A completion that is compressed with the dictionary, and the dictionary where it belongs.
    static func server(
        dictionary: [UInt8]? = bytes, headers: [(String, String)]? = nil, body: [UInt8]? = nil
    ) throws -> @Sendable (ReplayServer.Request) -> Answer {
        let body = try body ?? compressed(CompletionTests.body(CompletionTests.frames, .msgpack)[0])
        let named = headers ?? [("Content-Encoding", "zstd"), ("Codec-Zstd-Dict", hash.description)]
        return { request in
            switch request.path {
            case "/v1/completions":
                .init(
                    headers: [
                        ("Content-Type", "application/x-msgpack"),
                        ("Codec-Tokenizer-Map", CompletionTests.map.description),
                    ] + named, body: [body])
            case path: dictionary.map { .init(body: [$0]) } ?? .init(status: "404 Not Found", body: [])
            default: .init(status: "404 Not Found", body: [])
            }
        }
    }

    static func read(_ client: CodecClient, _ options: CompletionOptions) async throws -> [TokenFrame] {
        var frames: [TokenFrame] = []
        for try await frame in try await client.completions(options).frames { frames.append(frame) }
        return frames
    }

    @Test("a dictionary that is not here is fetched once by its hash, and offered from then on")
    func fetched() async throws {
        try await ReplayServer.run(Self.server()) { server in
            let client = try CodecClient(testing: server.url)
            let asking = CompletionOptions(prompt: .text("Hi"), acceptedEncodings: [.zstd, .gzip, .identity])
            #expect(try await Self.read(client, asking) == CompletionTests.frames)
            #expect(try await Self.read(client, .init(prompt: .text("Hi"))) == CompletionTests.frames)
            #expect(server.requests.map(\.path) == ["/v1/completions", Self.path, "/v1/completions"])
            #expect(server.requests[0].headers["accept-encoding"] == "zstd, gzip")
            #expect(server.requests[0].headers["codec-zstd-dict"] == nil)
            #expect(server.requests[2].headers["accept-encoding"] == "zstd, gzip, br")
            #expect(server.requests[2].headers["codec-zstd-dict"] == Self.hash.description)
        }
    }

    @Test("without a dictionary zstd is not offered")
    func notOffered() async throws {
        try await ReplayServer.run(Self.server()) { server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await Self.read(CodecClient(testing: server.url), .init(prompt: .text("Hi")))
            }
            #expect(error?.code == .unexpectedAnswer)
            #expect(server.requests.map { $0.headers["accept-encoding"] } == ["gzip, br"])
        }
    }

    @Test("a map's list says where a dictionary lies")
    func listed() async throws {
        try await ReplayServer.run({ _ in .init(body: [Self.bytes]) }) { other in
            let entry =
                #"{"format":"msgpack","url":"\#(other.url)/d","hash":"\#(Self.hash)","size_bytes":2000}"#
            let document =
                String(decoding: MapTests.document, as: UTF8.self).dropLast()
                + #","zstd_dictionaries":[\#(entry)]}"#
            let map = try TokenizerMap(parsing: Array(document.utf8))
            try await ReplayServer.run(Self.server(dictionary: nil)) { server in
                let client = try CodecClient(testing: server.url)
                #expect(try await !client.prepareDictionary(of: map, format: .protobuf))
                #expect(try await client.prepareDictionary(of: map, format: .msgpack))
                #expect(try await Self.read(client, .init(prompt: .text("Hi"))) == CompletionTests.frames)
                #expect(server.requests.map(\.path) == ["/v1/completions"])
                #expect(server.requests[0].headers["codec-zstd-dict"] == Self.hash.description)
            }
        }
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var name: String
        var dictionary: [UInt8]? = DictionaryStreamTests.bytes
        var headers: [(String, String)]?
        var body: [UInt8]?
        var code: ClientError.Code
        var testDescription: String { name }
    }

    static let bad: [Bad] = [
        Bad(name: "nobody has it", dictionary: nil, code: .dictionaryUnavailable),
        Bad(name: "another one came", dictionary: bytes + [0], code: .dictionaryUnavailable),
        Bad(name: "not named", headers: [("Content-Encoding", "zstd")], code: .dictionaryNotNamed),
        Bad(
            name: "named by no hash",
            headers: [("Content-Encoding", "zstd"), ("Codec-Zstd-Dict", "sha256:xyz")],
            code: .malformedDictionaryName),
        Bad(
            name: "named for gzip",
            headers: [("Content-Encoding", "gzip"), ("Codec-Zstd-Dict", hash.description)],
            code: .unexpectedAnswer),
        Bad(name: "not zstd", body: Array("hello".utf8), code: .malformed),
        Bad(
            name: "a bomb", body: try? compressed([UInt8](repeating: 0, count: 16 << 20)),
            code: .decompressionBomb),
    ]

    @Test("typed errors", arguments: bad)
    func errors(_ c: Bad) async throws {
        try await ReplayServer.run(Self.server(dictionary: c.dictionary, headers: c.headers, body: c.body)) {
            server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await Self.read(
                    CodecClient(testing: server.url),
                    .init(prompt: .text("Hi"), acceptedEncodings: [.zstd, .gzip, .identity]))
            }
            #expect(error?.code == c.code, "\(error?.message ?? "")")
        }
    }
}
