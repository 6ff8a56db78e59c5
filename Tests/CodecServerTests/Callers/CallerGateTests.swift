import CodecGateway
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Logging
import Testing

@testable import CodecServer

@Suite("Callers and their keys")
struct CallerGateTests {
    private struct Keys {
        var keys = CallerKeys()
        var texts: [String: String] = [:]

        mutating func add(_ name: String, _ change: (inout CallerKey) -> Void = { _ in }) throws {
            var (text, key) = CallerKey.make(name: name)
            change(&key)
            try keys.add(key)
            texts[name] = text
        }

        func bearer(_ name: String) -> HTTPFields { [.authorization: "Bearer \(texts[name] ?? "")"] }
    }

    private static func with(
        _ keys: CallerKeys?, _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let server = CodecServer(
            models: ModelRegistry(try SteppedEngine(answering: "fine")), keys: keys,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await server.makeApplication().test(.router, body)
    }

    private static let body = #"{"prompt":"a"}"#

    @Test("who has no key, a wrong one or an old one is told so; nobody else needs to know more")
    func refusals() async throws {
        var keys = Keys()
        try keys.add("ann")
        try keys.add("old") { $0.expires = 1 }
        try await Self.with(keys.keys) { [keys] client in
            let name = try #require(HTTPField.Name("x-api-key"))
            for (headers, status) in [
                ([:], .unauthorized), ([.authorization: "Bearer x"], .unauthorized),
                ([.authorization: "Basic \(keys.texts["ann"] ?? "")"], .unauthorized),
                (keys.bearer("old"), .unauthorized), (keys.bearer("ann"), .ok),
                ([.authorization: "bearer  \(keys.texts["ann"] ?? "")"], .ok),
                ([name: keys.texts["ann"] ?? ""], .ok),
            ] as [(HTTPFields, HTTPResponse.Status)] {
                let answer = try await client.post("/v1/completions", Self.body, headers: headers)
                #expect(answer.status == status, "\(headers)")
                guard status == .unauthorized else { continue }
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                #expect(try answer.json()["error"]?["code"] == .string("invalid_api_key"))
            }
        }
    }

    @Test(
        "what is open to all, and what only an admin may see",
        arguments: [
            ("/health", 200, 200), ("/ready", 200, 200), ("/codec/schema", 200, 200),
            ("/.well-known/codec/index.json", 200, 200), ("/metrics", 401, 403), ("/v1/models", 401, 200),
            ("/nowhere", 401, 404), ("//metrics", 401, 403), ("/metrics/", 401, 403), ("//health", 200, 200),
        ])
    func access(path: String, stranger: Int, caller: Int) async throws {
        var keys = Keys()
        try keys.add("ann")
        try keys.add("root") { $0.isAdmin = true }
        try await Self.with(keys.keys) { [keys] client in
            #expect(try await client.get(path).status.code == stranger)
            #expect(try await client.get(path, headers: keys.bearer("ann")).status.code == caller)
            let admin = try await client.get(path, headers: keys.bearer("root"))
            #expect(admin.status.code == (caller == 404 ? 404 : 200))
        }
    }

    @Test(
        "a slash too many opens nothing to strangers on other machines",
        arguments: ["/admin/x", "//admin//x"])
    func slashes(path: String) async throws {
        // The router's tests have no connection, and so no machine.
        try await Self.with(nil) { client in
            let answer = try await client.get(path)
            #expect(answer.status == .forbidden)
            #expect(try await client.get("/metrics").status == .ok)
        }
    }

    @Test("a key's models: others are refused, and not listed")
    func models() async throws {
        var keys = Keys()
        try keys.add("ann") { $0.models = ["bytes"] }
        try keys.add("bob") { $0.models = ["other"] }
        try await Self.with(keys.keys) { [keys] client in
            let fine = try await client.post("/v1/completions", Self.body, headers: keys.bearer("ann"))
            #expect(fine.status == .ok)
            let large = #"{"prompt":"a","user":"\#(String(repeating: "x", count: 300_000))"}"#
            for body in [Self.body, #"{"prompt":"a","model":"bytes"}"#, large] {
                let refused = try await client.post("/v1/completions", body, headers: keys.bearer("bob"))
                #expect(refused.status == .forbidden)
                #expect(try refused.json()["error"]?["code"] == .string("model_not_allowed"))
            }
            let list = try await client.get("/v1/models", headers: keys.bearer("bob")).json()
            #expect(list["data"] == .array([]))
            let listed = try await client.get("/v1/models", headers: keys.bearer("ann")).json()
            #expect(listed["data"]?.array?.count == 1)
        }
    }

    @Test("requests of a minute, and tokens that an answer took, are limited")
    func limits() async throws {
        var keys = Keys()
        try keys.add("ann") { $0.requestsPerMinute = 2 }
        try keys.add("bob") { $0.tokensPerMinute = 3 }
        try await Self.with(keys.keys) { [keys] client in
            for (name, statuses) in [("ann", [200, 200, 429]), ("bob", [200, 429])] {
                for status in statuses {
                    let answer = try await client.post(
                        "/v1/completions", Self.body, headers: keys.bearer(name))
                    #expect(answer.status.code == status)
                    guard status == 429 else { continue }
                    #expect(answer.headers[.retryAfter].flatMap { Int($0) } ?? 0 >= 1)
                    #expect(try answer.json()["error"]?["code"] == .string("rate_limit_exceeded"))
                }
            }
            // Listing models is no request in this sense.
            #expect(try await client.get("/v1/models", headers: keys.bearer("ann")).status == .ok)
        }
    }
}
