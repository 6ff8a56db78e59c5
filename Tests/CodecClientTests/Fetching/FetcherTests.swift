import Foundation
import Synchronization
import Testing

@testable import CodecClient

@Suite(.timeLimit(.minutes(1))) struct FetcherTests {
    static func fetcher(
        _ origin: String?, rules: FetchRules = .init(), headers: [(name: String, value: String)] = [],
        resolver: HostResolver = .system
    ) throws -> Fetcher {
        let address = try origin.map { try WebAddress($0) }
        return Fetcher(
            origin: address,
            transport: address.map { HTTPTransport(to: $0, timeouts: .init(), proxy: nil) },
            configuration: .testing(fetching: rules, headers: headers), proxies: ProxyRules(),
            resolver: resolver)
    }

    static func resolver(_ answers: [String: [String]]) -> HostResolver {
        HostResolver { (host) throws(ClientError) in (answers[host] ?? []).compactMap { IPAddress($0) } }
    }

    @Test("a name is judged by what it stands for")
    func names() async throws {
        let resolver = Self.resolver([
            "good.example": ["10.0.0.1"], "mixed.example": ["8.8.8.8", "169.254.169.254"],
            "six.example": ["fd00::1"], "mapped.example": ["::ffff:127.0.0.1"], "here.example": ["127.0.0.1"],
        ])
        let fetcher = try Self.fetcher("https://codec.example", resolver: resolver)
        for name in ["good", "mixed", "six", "mapped", "here"] {
            let error = await #expect(throws: ClientError.self) {
                _ = try await fetcher.get("https://\(name).example/", .map)
            }
            #expect(error?.code == .forbiddenAddress, "\(name)")
        }
    }

    @Test("a public origin's documents do not lead to this machine, in any spelling")
    func loopback() async throws {
        let fetcher = try Self.fetcher("https://codec.example")
        for host in [
            "127.0.0.1", "localhost", "[::1]", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]",
        ] {
            let error = await #expect(throws: ClientError.self) {
                _ = try await fetcher.get("https://\(host)/", .map)
            }
            #expect(error?.code == .forbiddenAddress, "\(host)")
        }
    }

    @Test("what is connected to is what was looked at: a name that means something else the second time")
    func rebinding() async throws {
        try await ReplayServer.run({ _ in .init(body: [Array("{}".utf8)]) }) { server in
            let asked = Mutex(0)
            // No system knows this name: the only way to the server is by the address that was checked.
            let resolver = HostResolver { (_) throws(ClientError) in
                let first = asked.withLock {
                    $0 += 1
                    return $0 == 1
                }
                return [IPAddress(first ? "127.0.0.1" : "10.0.0.1")].compactMap { $0 }
            }
            let port = try WebAddress(server.url).port
            let fetcher = try Self.fetcher(
                "http://127.0.0.1:1", rules: .init(allowsPlainHTTP: true), resolver: resolver)
            let bytes = try await fetcher.get("http://rebinding.example:\(port)/x", .map)
            #expect(bytes == Array("{}".utf8))
            #expect(asked.withLock { $0 } == 1)
            #expect(server.requests.first?.headers["host"] == "rebinding.example:\(port)")
        }
    }

    @Test("the next address is tried when one does not answer")
    func addresses() async throws {
        try await ReplayServer.run({ _ in .init(body: [Array("{}".utf8)]) }) { server in
            let resolver = Self.resolver(["two.localhost": ["127.0.0.9", "127.0.0.1"]])
            let port = try WebAddress(server.url).port
            let fetcher = try Self.fetcher("http://localhost:1", resolver: resolver)
            _ = try await fetcher.get("http://two.localhost:\(port)/", .map)
            #expect(server.requests.count == 1)
        }
    }

    @Test("headers go to the client's own origin only, not along a redirect")
    func credentials() async throws {
        try await ReplayServer.run({ _ in .init(body: [Array("{}".utf8)]) }) { other in
            let answer = HostileOriginTests.redirect(other.url + "/x")
            try await ReplayServer.run({ _ in answer }) { server in
                let fetcher = try Self.fetcher(
                    server.url, headers: [("Authorization", "Bearer secret"), ("Cookie", "a=b")])
                _ = try await fetcher.get(server.url + "/map", .map)
                #expect(server.requests.first?.headers["authorization"] == "Bearer secret")
                #expect(other.requests.count == 1)
                #expect(other.requests.first?.headers["authorization"] == nil)
                #expect(other.requests.first?.headers["cookie"] == nil)
                #expect(other.requests.first?.headers["codec-client-version"] == "0.5")
            }
        }
    }

    @Test("who is sent home by another origin brings no headers")
    func errand() async throws {
        let home = Mutex("")
        let away = Mutex("")
        try await ReplayServer.run({ _ in HostileOriginTests.redirect(home.withLock { $0 } + "/delete") }) {
            other in
            away.withLock { $0 = other.url }
            try await ReplayServer.run({ request in
                request.path == "/map"
                    ? HostileOriginTests.redirect(away.withLock { $0 }) : .init(body: [Array("{}".utf8)])
            }) { server in
                home.withLock { $0 = server.url }
                let fetcher = try Self.fetcher(server.url, headers: [("Authorization", "Bearer secret")])
                _ = try await fetcher.get(server.url + "/map", .map)
                #expect(server.requests.map(\.path) == ["/map", "/delete"])
                #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer secret", nil])
            }
        }
    }

    @Test("redirects of one origin are followed, and named headers stay")
    func redirects() async throws {
        try await ReplayServer.run({ request in
            request.path == "/a" ? HostileOriginTests.redirect("b?c=d") : .init(body: [Array("{}".utf8)])
        }) { server in
            let fetcher = try Self.fetcher(server.url, headers: [("Authorization", "x")])
            _ = try await fetcher.get(server.url + "/a", .map)
            #expect(server.requests.map(\.path) == ["/a", "/b?c=d"])
            #expect(server.requests.last?.headers["authorization"] == "x")
        }
    }

    @Test("private addresses, when they are allowed")
    func allowed() async throws {
        let rules = FetchRules(allowsPlainHTTP: true, allowsPrivateAddresses: true)
        let addresses = AddressGuard(origin: nil, rules: rules, resolver: .system)
        let address = try WebAddress("http://10.1.2.3/")
        try addresses.checkScheme(address)
        #expect(try await addresses.addresses(of: address) == [IPAddress("10.1.2.3")])
    }

    @Test("by a proxy only the name can be judged")
    func proxiedNames() throws {
        let addresses = AddressGuard(origin: nil, rules: .init(), resolver: .system)
        for host in ["codec.example", "8.8.8.8", "a.b.c.example"] {
            try addresses.checkName(try WebAddress("https://\(host)/"))
        }
        for host in [
            "localhost", "a.localhost", "10.0.0.1", "[::1]", "metadata", "metadata.google.internal",
            "printer.local",
            "127.1", "2130706433", "0x7f.1", "a.localdomain",
        ] {
            let error = #expect(throws: ClientError.self) {
                try addresses.checkName(try WebAddress("https://\(host)/"))
            }
            #expect(error?.code == .forbiddenAddress, "\(host)")
        }
    }

    @Test("an unknown name")
    func unknownName() async throws {
        let fetcher = try Self.fetcher(nil)
        let error = await #expect(throws: ClientError.self) {
            _ = try await fetcher.get("https://codec.invalid/", .map)
        }
        #expect(error?.code == .connection)
    }
}
