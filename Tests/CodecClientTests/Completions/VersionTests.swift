import CodecClient
import CodecCore
import CodecMaps
import Testing

@Suite(.timeLimit(.minutes(1))) struct VersionTests {
    static let refusal =
        #"{"error":"codec_version_required","minimum_version":"0.9","required_features":["mandatory-classifier","x"],"#
        + #""client_version":"0.5","docs_url":"https://codec.example/docs"}"#

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var body: String
        var code: ClientError.Code
        var testDescription: String { name }
    }

    @Test(
        "426 is never asked again",
        arguments: [
            Case(name: "the protocol's", body: refusal, code: .versionRequired),
            Case(name: "a web server's", body: "Upgrade to TLS", code: .unexpectedUpgrade),
            Case(name: "another error", body: #"{"error":"tls_required"}"#, code: .unexpectedUpgrade),
            Case(
                name: "a demand without a version", body: #"{"error":"codec_version_required"}"#,
                code: .unexpectedUpgrade),
            Case(name: "nothing", body: "", code: .unexpectedUpgrade),
        ])
    func upgrade(_ c: Case) async throws {
        let answer = ReplayServer.Answer(
            status: "426 Upgrade Required", headers: [("Retry-After", "0")], body: [Array(c.body.utf8)])
        try await ReplayServer.run({ _ in answer }) { server in
            let client = try CodecClient(baseURL: server.url, configuration: .testing(retries: .init()))
            let error = await #expect(throws: ClientError.self) {
                _ = try await client.completions(.init(prompt: .text("Hi")))
            }
            #expect(error?.code == c.code)
            #expect(error?.server?.status == 426)
            #expect(server.requests.count == 1)
            #expect(
                server.requests.first?.headers["codec-client-version"] == CodecVersion.current.description)
            if c.code == .versionRequired {
                #expect(error?.versionPolicy?.minimumVersion == CodecVersion(major: 0, minor: 9))
                #expect(error?.versionPolicy?.requiredFeatures == ["mandatory-classifier", "x"])
            }
        }
    }

    @Test(
        "a policy is asked for beforehand",
        arguments: [("0.4", true), ("0.5", true), ("0.6", false), ("1.0", false)])
    func policy(_ version: String, isEnough: Bool) async throws {
        let document = #"{"minimum_version":"\#(version)","required_features":["x"]}"#
        try await ReplayServer.run({ request in
            request.path == "/.well-known/codec/version-policy.json"
                ? .init(body: [Array(document.utf8)]) : .init(status: "404 Not Found", body: [])
        }) { server in
            let discovery = try CodecClient(testing: server.url).discovery
            #expect(try await discovery.versionPolicy()?.minimumVersion == CodecVersion(version))
            do {
                try await discovery.checkVersion()
                #expect(isEnough)
            } catch let error as ClientError {
                #expect(!isEnough && error.code == .versionRequired)
                #expect(error.versionPolicy?.requiredFeatures == ["x"])
            }
        }
    }

    @Test("none is the usual case")
    func noPolicy() async throws {
        try await ReplayServer.run({ _ in .init(status: "404 Not Found", body: []) }) { server in
            let policy = try await CodecClient(testing: server.url).discovery.versionPolicy()
            #expect(policy == nil)
            try await CodecClient(testing: server.url).discovery.checkVersion()
        }
    }
}
