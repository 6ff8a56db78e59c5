import CodecCompression
import CodecCore
import CodecMaps
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CodecServer

@Suite("Version rules")
struct VersionRuleTests {
    static func descriptor() throws -> SafetyPolicyDescriptor {
        try SafetyPolicyDescriptor(
            parsing: Array(
                #"""
                {"id":"acme/strict","version":"1","tokenizers":["test/bytes"],
                 "categories":[{"name":"secrets","action":"stop"}],
                 "classifier":{"family":"acme"}}
                """#.utf8))
    }

    private static func rules(_ stage: VersionRules.Stage, requiresPolicy: Bool) throws -> VersionRules {
        var rules = VersionRules()
        rules.stage = stage
        rules.requiresSafetyPolicy = requiresPolicy
        if requiresPolicy { rules.safetyPolicy = try descriptor() }
        return rules
    }

    @Test(
        "older clients are refused only where the operator says so",
        arguments: [
            (.off, false, nil, nil), (.advisory, false, nil, nil), (.advisory, false, "0.2", nil),
            (.strict, false, "0.4", nil), (.strict, false, "0.5", nil), (.strict, false, "1.0", nil),
            (.strict, false, nil, "[]"), (.strict, false, "0.3", "[]"), (.strict, false, "nonsense", "[]"),
            (.off, true, "0.4", nil), (.off, true, "0.3", #"["safety-policy-enforcement"]"#),
            (.strict, true, nil, #"["safety-policy-enforcement"]"#),
        ] as [(VersionRules.Stage, Bool, String?, String?)])
    func refusals(
        stage: VersionRules.Stage, requiresPolicy: Bool, version: String?, features: String?
    ) async throws {
        let engine = try SteppedEngine(answering: "Hi")
        let rules = try Self.rules(stage, requiresPolicy: requiresPolicy)
        try await withRoutes(engine) {
            $0.versions = rules
        } _: { client in
            var headers: HTTPFields = [:]
            headers[.codecClientVersion] = version
            let answer = try await client.post(
                "/v1/completions", #"{"prompt":"a","stream_format":"protobuf"}"#, headers: headers)
            // OpenAI's own clients have no version.
            let plain = try await client.post("/v1/completions", #"{"prompt":"a"}"#, headers: headers)
            #expect(plain.status == .ok)
            guard let features else {
                #expect(answer.status == .ok)
                #expect(answer.headers[.codecMinimumVersion] == nil)
                return
            }
            let taken = version.flatMap(CodecVersion.init) ?? .v0_2
            #expect(answer.status.code == 426)
            #expect(answer.headers[.codecMinimumVersion] == "0.4")
            #expect(answer.headers[.codecRequiredFeatures] == features.filter { !#"[]""#.contains($0) })
            #expect(
                try answer.json()
                    == JSONValue(
                        parsing: Array(
                            """
                            {"error":"codec_version_required","minimum_version":"0.4",
                             "required_features":\(features),"client_version":"\(taken)"}
                            """.utf8)))
            #expect(try VersionRefusal(parsing: answer.bytes).clientVersion == taken)
            #expect(engine.requests.count == 1)
        }
    }

    @Test(
        "the pre-flight document is there when there is a policy",
        arguments: [(.off, false, nil), (.advisory, false, "[]"), (.strict, false, "[]")]
            as [(VersionRules.Stage, Bool, String?)])
    func document(stage: VersionRules.Stage, requiresPolicy: Bool, features: String?) async throws {
        let rules = try Self.rules(stage, requiresPolicy: requiresPolicy)
        try await withRoutes(try SteppedEngine(answering: "Hi")) {
            $0.versions = rules
        } _: { client in
            let answer = try await client.get("/.well-known/codec/version-policy.json")
            guard features != nil else {
                #expect(answer.status == .notFound)
                return
            }
            #expect(try VersionPolicy(parsing: answer.bytes) == VersionPolicy(minimumVersion: .v0_4))
            #expect(answer.headers[.cacheControl] == "public, max-age=300, stale-while-revalidate=86400")
        }
    }

    @Test("the policy's descriptor is served by its id and by its hash")
    func descriptors() async throws {
        let policy = try Self.descriptor()
        let rules = try Self.rules(.off, requiresPolicy: true)
        try await withRoutes(try SteppedEngine(answering: "Hi")) {
            $0.versions = rules
        } _: { client in
            for (path, isImmutable) in [
                ("/.well-known/codec/policies/acme/strict.json", false),
                ("/.well-known/codec/policies/sha256/\(policy.hash.hex).json", true),
            ] {
                let answer = try await client.get(path)
                #expect(try SafetyPolicyDescriptor(parsing: answer.bytes).hash == policy.hash)
                #expect(answer.headers[.cacheControl]?.contains("immutable") == isImmutable)
            }
        }
    }
}
