import CodecClient
import CodecCompression
import CodecCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct RankTableTests {
    static let table = (try? RankTable([70_000, 3, 1]))?.bytes ?? []
    static let hash = ContentHash(of: table)
    static let path = "/.well-known/codec/rank-tables/\(hash.hex).bin"

    /// A compact completion whose ids are ranks of the table.
    static func server(
        table: [UInt8]?, named: String = hash.description
    ) throws -> @Sendable (ReplayServer.Request) -> ReplayServer.Answer {
        var body: [UInt8] = []
        var encoder = FrameEncoder(format: .compact, ranks: try RankTable(parsing: Self.table))
        for frame in CompletionTests.frames { encoder.encode(frame, into: &body) }
        let bytes = body
        return { request in
            switch request.path {
            case "/v1/completions":
                .init(
                    headers: CompletionTests.headers(.compact, ("Codec-Rank-Table", named)), body: [bytes])
            case path: table.map { .init(body: [$0]) } ?? .init(status: "404 Not Found", body: [])
            default: .init(status: "404 Not Found", body: [])
            }
        }
    }

    @Test("a table is fetched once by its hash")
    func fetched() async throws {
        try await ReplayServer.run(Self.server(table: Self.table)) { server in
            let client = try CodecClient(testing: server.url)
            for _ in 0..<2 {
                let response = try await client.completions(.init(prompt: .text("Hi")), format: .compact)
                var ids: [TokenID] = []
                for try await frame in response.frames { ids += frame.ids }
                #expect(ids == [1, 70_000, 3])
            }
            #expect(server.requests.map(\.path) == ["/v1/completions", Self.path, "/v1/completions"])
        }
    }

    @Test(
        "a table that cannot be had fails before anything is decoded",
        arguments: [
            (nil, hash.description, .rankTableUnavailable),
            (table + [0], hash.description, .rankTableUnavailable),
            (table, "sha256:abc", .unexpectedAnswer),
        ] as [([UInt8]?, String, ClientError.Code)])
    func unavailable(table: [UInt8]?, named: String, code: ClientError.Code) async throws {
        try await ReplayServer.run(Self.server(table: table, named: named)) { server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await CodecClient(testing: server.url)
                    .completions(.init(prompt: .text("Hi")), format: .compact)
            }
            #expect(error?.code == code)
        }
    }
}
