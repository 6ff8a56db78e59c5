internal import CodecEngines
internal import Foundation

extension GatewayConfiguration.Upstream {
    /// The address without what may be secret: a query can hold a key.
    public var shownURL: String { String(url.prefix { $0 != "?" && $0 != "#" }) }

    /// Whether a name can stand in a header, a log and a metric's label.
    static func isValid(name: String) -> Bool {
        1...64 ~= name.utf8.count
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// What is wrong with an address; nil when nothing is.
    static func problem(url text: String) -> String? {
        guard let parts = URLComponents(string: text),
            ["http", "https"].contains(parts.scheme?.lowercased()),
            parts.host.map({ !$0.isEmpty }) == true
        else { return "must be like http://127.0.0.1:8001" }
        guard parts.user == nil, parts.password == nil else {
            return "must not hold a password: keys come from the environment (key_env)"
        }
        guard parts.fragment == nil else { return "must have no fragment (#…)" }
        if let port = parts.port, !(1...65_535).contains(port) { return "has no port from 1 to 65535" }
        return (try? UpstreamAddress(text)) == nil ? "must be like http://127.0.0.1:8001" : nil
    }

    /// Whether the operator may set a header: a name of RFC 9110 §5.1, and none that belongs to the connection.
    static func isValid(header name: String) -> Bool {
        let reserved = [
            "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer",
        ]
        guard 1...128 ~= name.utf8.count, !reserved.contains(name.lowercased()) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }
}
