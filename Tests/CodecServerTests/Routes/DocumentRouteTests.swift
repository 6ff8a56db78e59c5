import CodecCompression
import CodecCore
import CodecMaps
import HTTPTypes
import HummingbirdCore
import HummingbirdTesting
import Synchronization
import Testing

@testable import CodecServer

@Suite("Documents")
struct DocumentRouteTests {
    @Test("models are listed in OpenAI's form")
    func models() async throws {
        let engine = try SteppedEngine(model: "org/bytes") { _ in [.finish(.length)] }
        try await withRoutes(engine) { client in
            let list = try await client.get("/v1/models").json()
            #expect(list["object"] == .string("list"))
            #expect(list["data"]?[0]?["id"] == .string("org/bytes"))
            #expect(list["data"]?[0]?["object"] == .string("model"))
            #expect(list["data"]?[0]?["created"] == .integer(1_700_000_000))
            #expect(try await client.get("/v1/models/org/bytes").json()["id"] == .string("org/bytes"))
            #expect(try await client.get("/v1/models/org%2Fbytes").json()["id"] == .string("org/bytes"))
            let missing = try await client.get("/v1/models/other")
            #expect(missing.status == .notFound)
            #expect(try missing.json()["error"]?["code"] == .string("model_not_found"))
        }
    }

    @Test("the map is served as its exact bytes, with validators")
    func map() async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) { client in
            let path = "/.well-known/codec/maps/test/bytes.json"
            let response = try await client.get(path)
            #expect(try response.bytes == engine.map.documentBytes())
            #expect(ContentHash(of: response.bytes) == engine.map.hash)
            #expect(response.headers[.accessControlAllowOrigin] == "*")
            #expect(response.headers[.cacheControl] == "public, max-age=300, stale-while-revalidate=86400")
            let tag = try #require(response.headers[.eTag])

            let zipped = try await client.get(path, headers: [.acceptEncoding: "gzip"])
            #expect(zipped.headers[.contentEncoding] == "gzip")
            #expect(try decompressGzip(zipped.bytes) == engine.map.documentBytes())
            #expect(zipped.headers[.eTag] != tag)

            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await client.get(path, headers: [.ifNoneMatch: known])
                #expect(again.status == .notModified, "\(known)")
                #expect(again.bytes.isEmpty)
            }
            #expect(try await client.get(path, headers: [.ifNoneMatch: "\"other\""]).status == .ok)
            #expect(try await client.get("/.well-known/codec/maps/other.json").status == .notFound)
            let head = try await client.execute(uri: path, method: .head)
            #expect(head.status == .ok)
            #expect(try head.headers[.contentLength] == "\(engine.map.documentBytes().count)")
        }
    }

    @Test("a document is compressed once, however many ask for it at the same time")
    func compressedOnce() async throws {
        let reads = Atomic(0)
        let bytes = [UInt8]((0..<300_000).map { UInt8($0 * $0 % 251) })
        let document = ServedDocument(.changing, hash: ContentHash(of: bytes)) {
            reads.add(1, ordering: .relaxed)
            return bytes
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let answer = try document.answer([.acceptEncoding: "gzip"])
                    #expect(answer.headers[.contentEncoding] == "gzip")
                }
            }
            try await group.waitForAll()
        }
        #expect(reads.load(ordering: .relaxed) == 1)
    }

    @Test("health, schema and preflights")
    func others() async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) { client in
            #expect(try await client.get("/health").text == #"{"status":"ok"}"#)
            let schema = try await client.get("/codec/schema")
            #expect(schema.headers[.contentType]?.hasPrefix("text/plain") == true)
            #expect(schema.text.contains("message CodecFrame"))
            let preflight = try await client.execute(
                uri: "/v1/completions", method: .options,
                headers: [.origin: "https://example.org", .accessControlRequestHeaders: "content-type"])
            #expect(preflight.status == .noContent)
            #expect(preflight.headers[.accessControlAllowOrigin] == "*")
            #expect(preflight.headers[.accessControlAllowHeaders] == "content-type")
        }
    }

    @Test(
        "a request id is echoed when it can stand in a log",
        arguments: [
            ("abc-1.2_3", true), ("a b", false), ("x\ty", false), (String(repeating: "a", count: 129), false),
        ])
    func requestID(id: String, isEchoed: Bool) async throws {
        let engine = try SteppedEngine(answering: "x")
        try await withRoutes(engine) { client in
            let given = try await client.get("/health", headers: [.requestID: id]).headers[.requestID]
            #expect((given == id) == isEchoed)
            #expect(given?.isEmpty == false)
        }
    }

    @Test("metrics count what happened")
    func metrics() async throws {
        let engine = try SteppedEngine(answering: "Hello")
        try await withRoutes(engine) { client in
            _ = try await client.post("/v1/completions", #"{"prompt":"ab","stream_format":"msgpack"}"#)
            _ = try await client.post("/v1/completions", #"{"prompt":7}"#)
            let text = try await client.get("/metrics").text
            for line in [
                #"codec_http_requests_total{route="/v1/completions",status="200"} 1"#,
                #"codec_http_requests_total{route="/v1/completions",status="400"} 1"#,
                #"codec_prompt_tokens_total{model="bytes"} 2"#,
                #"codec_completion_tokens_total{model="bytes"} 5"#,
                #"codec_completions_ended_total{reason="eos_token"} 1"#,
                #"codec_time_to_first_frame_seconds_count{format="msgpack"} 1"#,
                #"codec_slots{model="bytes"} 8"#, "codec_streams_active 0",
            ] {
                #expect(text.contains(line + "\n"), "\(line)\n\(text)")
            }
            #expect(text.contains(#"codec_response_body_bytes_total{format="msgpack",encoding="identity"} "#))
        }
    }
}
