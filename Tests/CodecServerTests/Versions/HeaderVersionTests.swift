import CodecCompression
import CodecCore
import CodecMaps
import Foundation
import Testing

@testable import CodecServer

@Suite("Headers by version")
struct HeaderVersionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var client: String?
        var hasMap = false
        var hasPolicy = false
        var testDescription: String { client ?? "none" }
    }

    /// What each version knows; nobody's version is more than ours, and what is no version is 0.2.
    static let cases = [
        Case(client: nil), Case(client: "0.2"), Case(client: "0.1"), Case(client: "v0.4"),
        Case(client: "0.4.1"),
        Case(client: ""), Case(client: "0.3", hasMap: true),
        Case(client: "0.4", hasMap: true, hasPolicy: true),
        Case(client: "0.5", hasMap: true, hasPolicy: true),
        Case(client: "0.17", hasMap: true, hasPolicy: true),
        Case(client: "1.0", hasMap: true, hasPolicy: true),
    ]

    /// The head of an answer as it was sent, without the date.
    private func head(_ client: String?, _ rules: VersionRules) async throws -> String {
        let engine = try SteppedEngine(answering: "Hello")
        return try await RunningServer.with(engine, assets: try TestAssets.make()) {
            $0.versions = rules
        } _: { server in
            let connection = try await RawConnection(port: server.port)
            let version = client.map { "Codec-Client-Version: \($0)\r\n" } ?? ""
            try await connection.post(
                "/v1/completions", #"{"prompt":"a","stream_format":"msgpack"}"#,
                headers: "\(version)Accept-Encoding: zstd, identity;q=0\r\nx-request-id: r\r\n")
            try await eventually("the answer is there") { connection.text.contains("\r\n0\r\n\r\n") }
            let head = String(decoding: connection.received.prefix(4096), as: UTF8.self)
            let end = try #require(head.range(of: "\r\n\r\n"))
            return String(head[..<end.lowerBound]).replacing(/\r\nDate: [^\r]*/, with: "")
        }
    }

    private func expected(_ one: Case, policy: SafetyPolicyDescriptor?) throws -> String {
        let map = try ByteMap.make().hash
        let dictionary = try TestAssets.dictionary(.msgpack).hash
        var lines = [
            "HTTP/1.1 200 OK", "Content-Type: application/x-msgpack",
            "Vary: Accept, Accept-Encoding, Available-Dictionary, Codec-Zstd-Dict, Sec-Fetch-Mode",
            "Content-Encoding: zstd", "Codec-Tokenizer-Map: \(map)",
        ]
        if one.hasMap { lines.append("Codec-Map: \(map)") }
        lines.append("Codec-Zstd-Dict: \(dictionary)")
        if one.hasPolicy, let policy {
            lines += ["Codec-Safety-Policy: \(policy.id)", "Codec-Safety-Policy-Hash: \(policy.hash)"]
        }
        return (lines + ["x-request-id: r", "Server: codec", "transfer-encoding: chunked"])
            .joined(separator: "\r\n")
    }

    @Test("a client sees the headers of its version, byte for byte", arguments: cases)
    func everythingOff(one: Case) async throws {
        #expect(try await head(one.client, VersionRules()) == expected(one, policy: nil))
    }

    @Test("so it does when there is a policy to name", arguments: cases)
    func policy(one: Case) async throws {
        let policy = try VersionRuleTests.descriptor()
        var rules = VersionRules()
        rules.stage = .advisory
        rules.safetyPolicy = policy
        #expect(try await head(one.client, rules) == expected(one, policy: policy))
    }
}
