/// An address that a document names (spec §11): absolute, `http` or `https`, in visible ASCII, without a user.
///
/// Whether it may be fetched is the reader's affair: see `isHTTPSOrLoopback`.
public struct DocumentURL: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public let isHTTPS: Bool
    /// In lower case, without the brackets of an IPv6 address; never empty.
    public let host: String

    /// - Parameter field: what an error names.
    /// - Throws: `invalidField` when it is anything else.
    public init(_ text: String, field: String = "url") throws(MapError) {
        guard let (isHTTPS, host) = Self.parts(of: text) else {
            throw MapError(
                .invalidField, field: field,
                "\"\(text)\" must be an absolute http or https URL in ASCII, without a user")
        }
        self.text = text
        self.isHTTPS = isHTTPS
        self.host = host
    }

    public var isLoopback: Bool { host == "localhost" || host == "127.0.0.1" || host == "::1" }

    /// What a URL in a document must be before anybody follows it.
    public var isHTTPSOrLoopback: Bool { isHTTPS || isLoopback }

    public var description: String { text }

    private static let maximumBytes = 8 << 10

    /// Scheme and host; nil for a URL whose host might be read as another one, too.
    private static func parts(of text: String) -> (isHTTPS: Bool, host: String)? {
        let utf8 = text.utf8
        let isHTTPS = utf8.starts(with: "https://".utf8)
        guard utf8.count <= maximumBytes, isHTTPS || utf8.starts(with: "http://".utf8),
            utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        let rest = utf8.dropFirst(isHTTPS ? 8 : 7)
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        let isBracketed = authority.first == UInt8(ascii: "[")
        let host =
            isBracketed
            ? authority.dropFirst().prefix {
                isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            : authority.prefix(while: isNameByte)
        guard !host.isEmpty else { return nil }
        var port = authority[host.endIndex...]
        if isBracketed, port.popFirst() != UInt8(ascii: "]") { return nil }
        if !port.isEmpty {
            guard port.popFirst() == UInt8(ascii: ":"), port.allSatisfy({ (0x30...0x39).contains($0) }),
                port.count <= 5, UInt16(String(decoding: port, as: UTF8.self)) != nil
            else { return nil }
        }
        return (isHTTPS, String(decoding: host, as: UTF8.self).lowercased())
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._".utf8.contains(byte)
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
