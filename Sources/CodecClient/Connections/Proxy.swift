import AsyncHTTPClient
import Foundation

/// A proxy as an address names it: `http://[user:password@]host:port`, `socks5://host:port`, or just `host:port`.
package struct Proxy: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case http, socks5 }

    let kind: Kind
    let host: String
    let port: Int
    /// `user:password`, decoded.
    let credentials: String?

    /// - Throws: `invalidProxy`; a proxy that is itself reached by TLS is not supported, nor users of SOCKS.
    init(_ text: String) throws(ClientError) {
        let parts = text.components(separatedBy: "://")
        let scheme = parts.count > 1 ? parts[0].lowercased() : "http"
        let kinds: [String: Kind] = ["http": .http, "socks5": .socks5, "socks5h": .socks5]
        let rest = parts.dropFirst(parts.count > 1 ? 1 : 0).joined(separator: "://")
        let at = rest.lastIndex(of: "@")
        let authority = at.map { String(rest[rest.index(after: $0)...]) } ?? rest
        guard let kind = kinds[scheme],
            // Nobody would say who the user is to a SOCKS proxy: NIO knows no such thing.
            kind == .http || at == nil,
            let address = try? WebAddress("http://" + authority.prefix { $0 != "/" })
        else {
            // Without what stands before the host: it may be a password.
            throw ClientError(
                .invalidProxy, "the proxy \(scheme)://\(authority.prefix(100)) is not one that can be used")
        }
        self.kind = kind
        host = address.host
        let namesPort = authority.prefix { $0 != "/" }.hasSuffix(":\(address.port)")
        port = namesPort ? address.port : kind == .http ? 80 : 1080
        credentials = at.flatMap { rest[..<$0].removingPercentEncoding }
    }

    /// The value of `Proxy-Authorization`.
    var authorization: String? {
        credentials.map { "Basic " + Data($0.utf8).base64EncodedString() }
    }

    /// The proxy as a tunnel.
    var tunnel: HTTPClient.Configuration.Proxy {
        switch kind {
        case .http:
            .server(
                host: host, port: port,
                authorization: credentials.map { .basic(credentials: Data($0.utf8).base64EncodedString()) })
        case .socks5: .socksServer(host: host, port: port)
        }
    }
}
