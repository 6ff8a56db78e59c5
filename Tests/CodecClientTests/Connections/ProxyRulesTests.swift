import Testing

@testable import CodecClient

@Suite struct ProxyRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var environment: [String: String]
        var url: String
        /// `host:port`; nil = directly.
        var proxy: String?
        var testDescription: String { "\(environment) \(url)" }

        init(_ environment: [String: String], _ url: String, _ proxy: String?) {
            (self.environment, self.url, self.proxy) = (environment, url, proxy)
        }
    }

    static let cases: [Case] = [
        Case([:], "http://a.example", nil),
        Case(["http_proxy": "http://p:3128"], "http://a.example", "p:3128"),
        Case(["http_proxy": "http://p:3128"], "https://a.example", nil),
        Case(["HTTP_PROXY": "p:3128"], "http://a.example", "p:3128"),
        Case(["HTTP_PROXY": "p:3128", "REQUEST_METHOD": "GET"], "http://a.example", nil),
        Case(["http_proxy": "p:3128", "REQUEST_METHOD": "GET"], "http://a.example", "p:3128"),
        Case(["HTTPS_PROXY": "p:1", "REQUEST_METHOD": "GET"], "https://a.example", "p:1"),
        Case(["http_proxy": "low:1", "HTTP_PROXY": "up:1"], "http://a.example", "low:1"),
        Case(["http_proxy": " ", "HTTP_PROXY": "up:1"], "http://a.example", "up:1"),
        Case(["https_proxy": "http://p"], "https://a.example", "p:80"),
        Case(["all_proxy": "socks5://p"], "https://a.example", "p:1080"),
        Case(["ALL_PROXY": "socks5h://p:9"], "http://a.example", "p:9"),
        Case(["all_proxy": "all:1", "https_proxy": "p:1"], "https://a.example", "p:1"),
        Case(["https_proxy": "http://us%40er:pa%3Ass@p:1"], "https://a.example", "p:1"),
        Case(["all_proxy": "p:1"], "http://localhost:8000", nil),
        Case(["all_proxy": "p:1"], "http://127.0.0.9", nil),
        Case(["all_proxy": "p:1"], "http://[::1]:8000", nil),
        Case(["all_proxy": "p:1", "no_proxy": "*"], "http://a.example", nil),
        Case(["all_proxy": "p:1", "no_proxy": "a.example"], "http://a.example", nil),
        Case(["all_proxy": "p:1", "no_proxy": "a.example"], "http://b.A.EXAMPLE", nil),
        Case(["all_proxy": "p:1", "no_proxy": ".a.example, other"], "http://b.a.example", nil),
        Case(["all_proxy": "p:1", "NO_PROXY": "*.a.example"], "http://b.a.example", nil),
        Case(["all_proxy": "p:1", "no_proxy": "a.example"], "http://ba.example", "p:1"),
        Case(["all_proxy": "p:1", "no_proxy": "a.example:8080"], "http://a.example:8080", nil),
        Case(["all_proxy": "p:1", "no_proxy": "a.example:8080"], "http://a.example", "p:1"),
        Case(["all_proxy": "p:1", "no_proxy": "a.example:443"], "https://a.example", nil),
        Case(["all_proxy": "p:1", "no_proxy": "10.0.0.0/8"], "http://10.1.2.3", nil),
        Case(["all_proxy": "p:1", "no_proxy": "10.0.0.0/9"], "http://10.128.2.3", "p:1"),
        Case(["all_proxy": "p:1", "no_proxy": "fd00::/8"], "http://[fd12::1]", nil),
        Case(["all_proxy": "p:1", "no_proxy": "10.1.2.3"], "http://10.1.2.3:99", nil),
        Case(["all_proxy": "p:1", "no_proxy": "[fd12::1]:99"], "http://[fd12:0::1]:99", nil),
        Case(["all_proxy": "p:1", "no_proxy": "[fd12::1]:98"], "http://[fd12::1]:99", "p:1"),
    ]

    @Test("what the environment says", arguments: cases)
    func environment(_ c: Case) throws {
        let proxy = try ProxyRules(environment: c.environment).proxy(for: try WebAddress(c.url))
        #expect(proxy.map { "\($0.host):\($0.port)" } == c.proxy)
    }

    @Test("one that is named serves this machine too, and has its user decoded")
    func always() throws {
        let rules = try ProxyChoice.always("http://us%40er:pa%3Ass@p:1").rules()
        let proxy = try #require(rules.proxy(for: try WebAddress("http://localhost")))
        #expect(proxy.credentials == "us@er:pa:ss")
        #expect(proxy.authorization == "Basic dXNAZXI6cGE6c3M=")
    }

    @Test("none", arguments: ["http://a.example", "https://a.example"])
    func none(_ url: String) throws {
        let rules = try ProxyChoice.none.rules(environment: ["all_proxy": "p:1"])
        #expect(try rules.proxy(for: WebAddress(url)) == nil)
    }

    @Test(
        "proxies that cannot be used",
        arguments: ["https://p:1", "ftp://p", "http://", "p:x", "http://u:secret@", "socks5://u:secret@p:1"])
    func bad(_ text: String) {
        let error = #expect(throws: ClientError.self) {
            _ = try ProxyRules(environment: ["http_proxy": text])
        }
        #expect(error?.code == .invalidProxy)
        #expect(error?.message.contains("secret") == false)
    }
}
