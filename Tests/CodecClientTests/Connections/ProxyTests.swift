import CodecCore
import CodecMaps
import Foundation
import Testing

@testable import CodecClient

@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
    static let completion = ReplayServer.Answer(
        headers: CompletionTests.headers(.msgpack),
        body: CompletionTests.body(CompletionTests.frames, .msgpack))

    static func port(_ server: ReplayServer) throws -> Int { try WebAddress(server.url).port }

    @Test("http goes to the proxy itself, with the whole address and the proxy's own credentials")
    func forward() async throws {
        try await ReplayServer.run({ _ in Self.completion }) { server in
            try await SmallProxy.run(to: Self.port(server)) { proxy in
                let client = try CodecClient(
                    baseURL: "http://codec.example:8080",
                    configuration: .testing(proxy: .always(proxy.url), headers: [("Authorization", "own")]))
                let response = try await client.completions(.init(prompt: .text("Hi")))
                for try await _ in response.frames {}
                let head = try #require(proxy.heads.first)
                #expect(head.hasPrefix("POST http://codec.example:8080/v1/completions HTTP/1.1\r\n"))
                let expected = "Basic " + Data("user:pass".utf8).base64EncodedString()
                #expect(head.lowercased().contains("proxy-authorization: \(expected.lowercased())"))
                #expect(server.requests.first?.headers["host"] == "codec.example:8080")
                #expect(server.requests.first?.headers["authorization"] == "own")
            }
        }
    }

    @Test("https goes through a tunnel")
    func tunnel() async throws {
        try await ReplayServer.run({ _ in Self.completion }) { server in
            try await SmallProxy.run(to: Self.port(server), cutsTunnels: true) { proxy in
                let client = try CodecClient(
                    baseURL: "https://codec.example",
                    configuration: .testing(proxy: .always(proxy.url)))
                await #expect(throws: ClientError.self) {
                    _ = try await client.completions(.init(prompt: .text("Hi")))
                }
                #expect(proxy.heads.first?.hasPrefix("CONNECT codec.example:443 HTTP/1.1\r\n") == true)
                #expect(proxy.heads.first?.contains("POST") == false)
                // A TLS handshake's first record.
                #expect(proxy.tunnelled.first == 22)
            }
        }
    }

    @Test("a proxy that refuses", arguments: ["403 Forbidden", "407 Proxy Authentication Required"])
    func refusal(_ status: String) async throws {
        try await SmallProxy.run(to: 1, refuses: status) { proxy in
            let client = try CodecClient(
                baseURL: "https://codec.example", configuration: .testing(proxy: .always(proxy.url)))
            let error = await #expect(throws: ClientError.self) {
                _ = try await client.completions(.init(prompt: .text("Hi")))
            }
            #expect(error?.code == .proxy, "\(error?.message ?? "")")
            #expect(error?.message.contains("codec.example through the proxy 127.0.0.1:") == true)
        }
    }

    @Test("documents come by the proxy too; a private name is refused before it is asked")
    func documents() async throws {
        try await ReplayServer.run({ _ in .init(body: [MapTests.document]) }) { server in
            try await SmallProxy.run(to: Self.port(server)) { proxy in
                let configuration = CodecClient.Configuration.testing(
                    fetching: .init(allowsPlainHTTP: true), proxy: .always(proxy.url))
                let discovery = try CodecClient(
                    baseURL: "http://codec.example", configuration: configuration
                ).discovery
                let map = try await discovery.map(url: "http://maps.example/two.json", hash: MapTests.hash)
                #expect(map.hash == MapTests.hash)
                #expect(proxy.heads.first?.hasPrefix("GET http://maps.example/two.json HTTP/1.1") == true)
                let error = await #expect(throws: ClientError.self) {
                    _ = try await discovery.map(url: "http://10.0.0.1/x", hash: MapTests.otherHash)
                }
                #expect(error?.code == .forbiddenAddress)
                #expect(proxy.heads.count == 1)
            }
        }
    }
}
