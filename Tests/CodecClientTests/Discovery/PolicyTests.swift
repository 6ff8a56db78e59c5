import CodecClient
import CodecCompression
import CodecMaps
import Testing

@Suite(.timeLimit(.minutes(1))) struct PolicyTests {
    static let policy = SafetyPolicyDescriptor(
        id: "acme/strict", tokenizers: ["test/two"], categories: [.init(name: "pii", action: .redact)],
        classifier: .init(family: "none"))
    static let hash = policy.hash
    static let immutable = "/.well-known/codec/policies/sha256/\(hash.hex).json"
    static let byID = "/.well-known/codec/policies/acme/strict.json"

    static func serving(
        _ documents: [String: [UInt8]]
    ) -> @Sendable (ReplayServer.Request) -> ReplayServer.Answer {
        { request in
            documents[request.path].map { .init(body: [$0]) } ?? .init(status: "404 Not Found", body: [])
        }
    }

    static func pointer(_ url: String, id: String = "acme/strict", hash: ContentHash = hash) -> [UInt8] {
        Array(#"{"id":"\#(id)","url":"\#(url)","hash":"\#(hash)"}"#.utf8)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var documents: [String: [UInt8]]
        var hash: ContentHash?
        /// What is asked for, in order.
        var paths: [String]
        var code: ClientError.Code?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "inline", documents: [byID: policy.canonicalBytes()], paths: [byID]),
        Case(
            name: "the immutable copy is preferred",
            documents: [immutable: policy.canonicalBytes(), byID: [0]], hash: hash, paths: [immutable]),
        Case(
            name: "without such a copy, by id", documents: [byID: policy.canonicalBytes()], hash: hash,
            paths: [immutable, byID]),
        Case(name: "nothing", documents: [:], hash: hash, paths: [immutable, byID], code: .notFound),
        Case(
            name: "an immutable copy of something else", documents: [immutable: Array("{}".utf8)], hash: hash,
            paths: [immutable], code: .hashMismatch),
        Case(
            name: "another policy", documents: [byID: policy.canonicalBytes()], hash: ContentHash(of: [1]),
            paths: ["/.well-known/codec/policies/sha256/\(ContentHash(of: [1]).hex).json", byID],
            code: .hashMismatch),
        Case(
            name: "a pointer of another id", documents: [byID: pointer("https://h/", id: "b")], paths: [byID],
            code: .idMismatch),
        Case(
            name: "a pointer inside", documents: [byID: pointer("https://10.0.0.1/")], paths: [byID],
            code: .forbiddenAddress),
        Case(name: "no policy", documents: [byID: Array("{}".utf8)], paths: [byID], code: .invalidDocument),
    ]

    @Test("a policy by its id", arguments: cases)
    func byID(_ c: Case) async throws {
        try await ReplayServer.run(Self.serving(c.documents)) { server in
            let discovery = try CodecClient(testing: server.url).discovery
            do {
                let policy = try await discovery.policy(id: "acme/strict", hash: c.hash)
                #expect(policy == Self.policy && c.code == nil)
            } catch let error as ClientError {
                #expect(error.code == c.code, "\(error)")
            }
            #expect(server.requests.map(\.path) == c.paths)
        }
    }

    @Test("by its hash: once, then from the cache")
    func byHash() async throws {
        try await ReplayServer.run(Self.serving([Self.immutable: Self.policy.canonicalBytes()])) { server in
            let discovery = try CodecClient(testing: server.url).discovery
            for _ in 0..<2 { #expect(try await discovery.policy(Self.hash) == Self.policy) }
            #expect(server.requests.count == 1)
        }
    }

    @Test("ids that would climb", arguments: ["../x", "/x", "a//b", "A", "sha256/x", ""])
    func ids(_ id: String) async throws {
        try await ReplayServer.run(Self.serving([:])) { server in
            let error = await #expect(throws: ClientError.self) {
                _ = try await CodecClient(testing: server.url).discovery.policy(id: id)
            }
            #expect(error?.code == .invalidID)
            #expect(server.requests.isEmpty)
        }
    }
}
