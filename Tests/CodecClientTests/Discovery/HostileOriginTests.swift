import CodecClient
import CodecCompression
import CodecMaps
import Testing

/// An origin that tries everything: each attempt ends in its own typed error.
@Suite(.timeLimit(.minutes(1))) struct HostileOriginTests {
    typealias Answer = ReplayServer.Answer

    static let id = "test/two"
    static let path = "/.well-known/codec/maps/test/two.json"

    static func pointer(_ url: String, id: String = id, hash: ContentHash = MapTests.hash) -> [UInt8] {
        Array(#"{"id":"\#(id)","url":"\#(url)","hash":"\#(hash)"}"#.utf8)
    }

    static func redirect(_ location: String) -> Answer {
        .init(status: "302 Found", headers: [("Location", location)], body: [])
    }

    struct Attack: Sendable, CustomTestStringConvertible {
        var name: String
        var code: ClientError.Code
        var id = HostileOriginTests.id
        var hash: ContentHash?
        /// The answer for a path; the second is the server's own address.
        var answer: @Sendable (_ path: String, _ origin: String) -> Answer
        var testDescription: String { name }

        init(
            _ name: String, _ code: ClientError.Code, id: String = HostileOriginTests.id,
            hash: ContentHash? = nil, _ answer: @escaping @Sendable (String, String) -> Answer
        ) {
            self.name = name
            self.code = code
            self.id = id
            self.hash = hash
            self.answer = answer
        }
    }

    static func pointing(to url: String) -> @Sendable (String, String) -> Answer {
        { _, _ in .init(body: [pointer(url)]) }
    }

    /// The bytes, compressed.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        try? ContentEncoding.gzip.makeCompressor()?.compress(bytes, flush: .finish, into: &output)
        return output
    }

    static let attacks: [Attack] = [
        Attack("nothing there", .notFound) { _, _ in .init(status: "404 Not Found", body: []) },
        Attack("wrong hash behind a pointer", .hashMismatch) { path, origin in
            .init(body: [path == Self.path ? pointer(origin + "/map") : MapTests.document + [10]])
        },
        Attack("a pointer to another hash than asked for", .hashMismatch, hash: ContentHash(of: [1])) {
            _, origin in
            .init(body: [pointer(origin + "/map")])
        },
        Attack("wrong hash inline", .hashMismatch, hash: ContentHash(of: [1])) { _, _ in
            .init(body: [MapTests.document])
        },
        Attack("a pointer of another id", .idMismatch) { _, origin in
            .init(body: [pointer(origin + "/map", id: "test/other")])
        },
        Attack("a map of another id", .idMismatch, id: "test/other") { _, _ in
            .init(body: [MapTests.document])
        },
        Attack("a pointer to a pointer", .pointerChain) { path, origin in
            .init(body: [pointer(origin + "/next")])
        },
        Attack(
            "a pointer to the metadata service", .insecureURL, pointing(to: "http://169.254.169.254/latest")),
        Attack("a pointer to a private address", .forbiddenAddress, pointing(to: "https://10.0.0.1/m")),
        Attack("the same, as a number", .forbiddenAddress, pointing(to: "https://167772161/m")),
        Attack("a pointer into a carrier's network", .forbiddenAddress, pointing(to: "https://100.64.0.1/m")),
        Attack("a pointer to a neighbour", .forbiddenAddress, pointing(to: "https://[fe80::1]/m")),
        Attack(
            "a private address of version 6", .forbiddenAddress, pointing(to: "https://[fd00:ec2::254]/m")),
        Attack("a mapped address", .forbiddenAddress, pointing(to: "https://[::ffff:192.168.0.1]/m")),
        Attack("a pointer to plain http elsewhere", .insecureURL, pointing(to: "http://192.0.2.1/m")),
        Attack("a pointer with a user", .invalidDocument, pointing(to: "https://a:b@192.0.2.1/m")),
        Attack("a pointer to a file", .invalidDocument, pointing(to: "file:///etc/passwd")),
        Attack("a redirect to a private address", .forbiddenAddress) { _, _ in
            redirect("https://192.168.1.1/")
        },
        Attack("a redirect to the metadata service", .insecureURL) { _, _ in
            redirect("http://169.254.169.254/latest/meta-data")
        },
        Attack("a redirect behind a pointer", .forbiddenAddress) { path, origin in
            path == Self.path ? .init(body: [pointer(origin + "/a")]) : redirect("https://[fc00::1]/")
        },
        Attack("a redirect to another scheme", .invalidURL) { _, _ in redirect("file:///etc/passwd") },
        Attack("a redirect loop", .redirectLoop) { path, _ in redirect(path == "/a" ? Self.path : "/a") },
        Attack("redirects without end", .tooManyRedirects) { path, _ in redirect(path + "x") },
        Attack("a body without end", .tooLarge) { _, _ in
            var answer = Answer(body: [Array("{".utf8)])
            answer.endless = [UInt8](repeating: 0x20, count: 1 << 20)
            return answer
        },
        Attack("a body that is announced as too large", .tooLarge) { _, _ in
            .init(headers: [("Content-Length", "10000000000")], body: [Array("{".utf8)], closes: false)
        },
        Attack("a bomb", .decompressionBomb) { _, _ in
            .init(
                headers: [("Content-Encoding", "gzip")],
                body: [gzip([UInt8](repeating: 0x20, count: 32 << 20))])
        },
        Attack("compressed data that is cut off", .truncated) { _, _ in
            .init(headers: [("Content-Encoding", "gzip")], body: [Array(gzip(MapTests.document).dropLast(9))])
        },
        Attack("an encoding that was not asked for", .unexpectedAnswer) { _, _ in
            .init(headers: [("Content-Encoding", "deflate")], body: [[1]])
        },
        Attack("a slow drip", .timeLimit) { _, _ in
            var answer = Answer(body: [Array("{".utf8)])
            answer.drip = [0x20]
            return answer
        },
        Attack("a page in place of JSON", .notADocument) { _, _ in
            .init(body: [Array("\n <!doctype html><title>Sign in</title>".utf8)])
        },
        Attack("a page that says so", .notADocument) { _, _ in
            .init(headers: [("Content-Type", "text/html; charset=utf-8")], body: [MapTests.document])
        },
        Attack("no JSON", .invalidDocument) { _, _ in .init(body: [Array("hello".utf8)]) },
        Attack("JSON that is no map", .invalidDocument) { _, _ in .init(body: [Array("[]".utf8)]) },
        Attack("an id that climbs", .invalidID, id: "../../etc/passwd") { _, _ in
            .init(body: [MapTests.document])
        },
        Attack("an id with a query", .invalidID, id: "a?b") { _, _ in .init(body: [MapTests.document]) },
        Attack("an id with escapes", .invalidID, id: "%2e%2e/a") { _, _ in .init(body: [MapTests.document]) },
        Attack("a refusal", .refused) { _, _ in .init(status: "403 Forbidden", body: []) },
    ]

    @Test("an attack ends in its own error", arguments: attacks)
    func attack(_ attack: Attack) async throws {
        let answer: @Sendable (ReplayServer.Request) -> Answer = { request in
            attack.answer(request.path, "http://" + (request.headers["host"] ?? ""))
        }
        try await ReplayServer.run(answer) { server in
            // The drip would go on for ever; nothing else takes so long.
            let limit: Duration = attack.code == .timeLimit ? .milliseconds(200) : .seconds(50)
            let client = try CodecClient(
                baseURL: server.url, configuration: .testing(fetching: .init(timeLimit: limit)))
            let error = await #expect(throws: ClientError.self) {
                _ = try await client.discovery.map(id: attack.id, hash: attack.hash)
            }
            #expect(error?.code == attack.code, "\(error?.message ?? "")")
        }
    }

    @Test("an index whose ids climb is not a list")
    func climbingIndex() async throws {
        let answer = MapTests.server(id: "../secret")
        try await ReplayServer.run(answer) { server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await CodecClient(testing: server.url).discovery.map(MapTests.hash)
            }
            #expect(error?.code == .invalidDocument)
        }
    }

    @Test("a map that the index does not list")
    func unlisted() async throws {
        try await ReplayServer.run(MapTests.server(indexed: ContentHash(of: [1]))) { server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await CodecClient(testing: server.url).discovery.map(MapTests.hash)
            }
            #expect(error?.code == .mapUnavailable)
        }
    }
}
