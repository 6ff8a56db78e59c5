import Foundation

/// An `http` or `https` address, taken apart and checked.
///
/// Stricter than RFC 3986, so that what is looked at is what is connected to: no user and password, no
/// percent-encoding in the host, none of the characters on which parsers disagree.
package struct WebAddress: Hashable, Sendable {
    package let isSecure: Bool
    /// In lower case, without a final dot; an IPv6 address without its brackets.
    package let host: String
    package let port: Int
    /// Path and query, as written; begins with a slash.
    package let target: String

    /// - Throws: `invalidURL`.
    package init(_ text: String) throws(ClientError) {
        guard let parts = Self.parse(text) else {
            throw ClientError(.invalidURL, "\(text.prefix(200)) is no http or https address that can be used")
        }
        self = parts
    }

    private init(isSecure: Bool, host: String, port: Int, target: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.target = target
    }

    /// The address that a reference in a document or header at this address means (RFC 3986 §5).
    /// - Throws: `invalidURL`.
    func resolving(_ reference: String) throws(ClientError) -> WebAddress {
        guard reference.utf8.allSatisfy(Self.isPlain), let base = URL(string: description),
            let url = URL(string: reference, relativeTo: base)
        else {
            throw ClientError(.invalidURL, "\(reference.prefix(200)) is no address")
        }
        return try WebAddress(url.absoluteString)
    }

    /// Another address of the same server.
    /// - Throws: `invalidURL`.
    package func at(target: String) throws(ClientError) -> WebAddress {
        guard target.hasPrefix("/"), target.utf8.allSatisfy(Self.isPlain) else {
            throw ClientError(.invalidURL, "\(target.prefix(200)) is no path")
        }
        return WebAddress(isSecure: isSecure, host: host, port: port, target: target)
    }

    func hasSameOrigin(as other: WebAddress) -> Bool {
        isSecure == other.isSecure && host == other.host && port == other.port
    }

    /// Whether the host is this machine by its very name.
    var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || IPAddress(host)?.scope == .loopback
    }

    /// Host and port as the `Host` header has them.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    package var origin: String { (isSecure ? "https://" : "http://") + authority }

    private static func parse(_ text: String) -> WebAddress? {
        guard text.utf8.count <= 8 << 10, text.utf8.allSatisfy(isPlain),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        let isSecure: Bool
        switch text[..<colon].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        var rest = text[colon...].dropFirst()
        guard rest.hasPrefix("//") else { return nil }
        rest = rest.dropFirst(2).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = split(authority) else { return nil }
        let path = rest[authority.endIndex...]
        return WebAddress(
            isSecure: isSecure, host: host, port: port ?? (isSecure ? 443 : 80),
            target: path.hasPrefix("/") ? String(path) : "/" + path)
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        var host = authority
        var rest = Substring()
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[..<end].dropFirst()
            rest = authority[end...].dropFirst()
            guard host.contains(":"), IPAddress(String(host)) != nil else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
            if host.last == "." { host = host.dropLast() }
            let isName = host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
                }
            }
            guard !host.isEmpty, host.utf8.count <= 253, isName else { return nil }
        }
        guard !rest.isEmpty else { return (host.lowercased(), nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    /// Visible ASCII without the characters that no address holds.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"<>\\^`{|}".utf8.contains(byte)
    }
}

extension WebAddress: CustomStringConvertible {
    package var description: String { origin + target }
}
