import CodecAPI
import CodecCompression
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CodecServer

@Suite("Memory for bodies")
struct BodyBudgetTests {
    @Test("shares are counted beyond the free bytes, and given back")
    func shares() throws {
        let free = BodyBudget.freeBytes
        let budget = BodyBudget(limit: 1000)
        do {
            let first = BodyBudget.Share(of: budget)
            try first.grow(to: free)
            #expect(budget.usedBytes == 0)
            try first.grow(to: free + 600)
            try first.grow(to: free + 10)
            #expect(budget.usedBytes == 600)
            let second = BodyBudget.Share(of: budget)
            try second.grow(to: free + 400)
            let refusal = #expect(throws: APIError.self) { try second.grow(to: free + 401) }
            #expect(refusal?.status == .serviceUnavailable)
            #expect(refusal?.headers[.retryAfter] == "1")
            #expect(budget.usedBytes == 1000)
            withExtendedLifetime((first, second)) {}
        }
        #expect(budget.usedBytes == 0)
    }

    @Test("memory is asked for while a body is decompressed, not after all of it")
    func expansion() async throws {
        // About 200 bytes come out for each one.
        let part = [UInt8]((0..<64_000).map { UInt8($0 % 1000 / 4) })
        let compressor = try GzipCompressor()
        var packed: [UInt8] = []
        for _ in 0..<500 { try compressor.compress(part, into: &packed) }
        try compressor.compress([], flush: .finish, into: &packed)
        let body = ByteBuffer(bytes: packed)
        try await withRoutes(try SteppedEngine(answering: "x")) {
            $0.bodyMemoryLimit = 1 << 20
            $0.decompressedBodyLimit = 16 << 20
        } _: { client in
            let answer = try await client.execute(
                uri: "/v1/completions", method: .post,
                headers: [.contentType: "application/json", .contentEncoding: "gzip"], body: body)
            #expect(answer.status == .serviceUnavailable)
        }
    }

    @Test("large uploads beyond the budget get 503, small requests are answered, and the memory comes back")
    func uploads() async throws {
        let engine = try SteppedEngine(answering: "fine")
        try await RunningServer.with(engine) {
            $0.bodyMemoryLimit = 3 << 20
        } _: { server in
            // Each says that more comes, and waits.
            let part = #"{"prompt":"\#(String(repeating: " ", count: 1 << 20))"#
            var uploads: [RawConnection] = []
            for _ in 0..<6 {
                let upload = try await RawConnection(port: server.port)
                try await upload.send(
                    "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(part.utf8.count + 2)\r\n\r\n\(part)")
                uploads.append(upload)
            }
            try await eventually("some are refused") {
                uploads.contains { $0.text.contains("503 Service Unavailable") }
            }
            let refused = try #require(uploads.first { $0.text.contains("503") })
            try await eventually("with what to do") {
                refused.text.contains("too_many_large_bodies")
                    && refused.text.lowercased().contains("retry-after: 1")
            }
            let small = try await RawConnection(port: server.port)
            try await small.post("/v1/completions", #"{"prompt":"a"}"#)
            try await eventually("a small one is answered") { small.text.contains("fine") }
            for upload in uploads { try? await upload.close() }
            try await eventually("a large one is read again") {
                let upload = try await RawConnection(port: server.port)
                try await upload.post("/v1/completions", part + #""}"#)
                try await eventually("it is answered") { !upload.text.isEmpty }
                // Too long a prompt, but it was read.
                return upload.text.contains("400 Bad Request")
            }
        }
    }
}
