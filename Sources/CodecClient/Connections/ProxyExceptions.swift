/// `no_proxy`: hosts that are reached directly.
///
/// A list with commas or spaces: `*`, a name that also stands for all names below it (with or without a dot in
/// front), an address, a network (`10.0.0.0/8`); each but the network may end in `:port`.
struct ProxyExceptions: Sendable {
    private struct Entry: Sendable {
        var name: String
        var port: Int?
        var network: (address: IPAddress, length: Int)?
    }

    private let entries: [Entry]

    init(_ list: String) {
        entries = list.split { $0 == "," || $0 == " " }.map { Self.entry(String($0).lowercased()) }
    }

    func contains(_ address: WebAddress) -> Bool {
        entries.contains { entry in
            guard entry.port == nil || entry.port == address.port else { return false }
            if entry.name == "*" { return true }
            if let network = entry.network {
                return IPAddress(address.host)?.isInside(network.address, length: network.length) ?? false
            }
            return address.host == entry.name || address.host.hasSuffix("." + entry.name)
        }
    }

    private static func entry(_ text: String) -> Entry {
        if let address = IPAddress(text) {
            return Entry(name: text, network: (address, address.bytes.count * 8))
        }
        if let slash = text.firstIndex(of: "/"), let address = IPAddress(String(text[..<slash])),
            let length = Int(text[text.index(after: slash)...])
        {
            return Entry(name: text, network: (address, length))
        }
        let colon = text.lastIndex(of: ":")
        let port = colon.flatMap { Int(text[text.index(after: $0)...]) }
        var name = text[..<(port == nil ? text.endIndex : colon ?? text.endIndex)]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if let address = IPAddress(String(name)) {
            return Entry(name: String(name), port: port, network: (address, address.bytes.count * 8))
        }
        while name.hasPrefix(".") || name.hasPrefix("*.") { name = name.dropFirst() }
        return Entry(name: String(name), port: port)
    }
}
