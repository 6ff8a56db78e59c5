/// Who can be reached by an address, as far as the address itself tells (RFC 6890 and IANA's registries).
enum AddressScope: String, Sendable {
    case `public`
    case loopback
    case `private`
    /// `169.254/16` and `fe80::/10`: neighbours, and the metadata services of clouds.
    case linkLocal = "link-local"
    /// `100.64/10`: behind a carrier's NAT, and inside of some clouds.
    case shared
    /// A cloud's own service at an address that looks public.
    case metadata
    /// Multicast, documentation, benchmarks, and what is not assigned.
    case reserved
}

extension IPAddress {
    var scope: AddressScope {
        if let inner = embedded { return inner.scope }
        let networks = bytes.count == 4 ? Self.special4 : Self.special6
        return networks.first { isInside($0.network, length: $0.length) }?.scope
            ?? (bytes.count == 4 ? .public : .reserved)
    }

    /// The IPv4 address that an IPv6 address stands for: mapped, compatible, by NAT64 or 6to4.
    private var embedded: IPAddress? {
        guard bytes.count == 16 else { return nil }
        func isInside(_ network: String, _ length: Int) -> Bool {
            IPAddress(network).map { self.isInside($0, length: length) } ?? false
        }
        if isInside("::ffff:0:0", 96) || isInside("::ffff:0:0:0", 96) || isInside("64:ff9b::", 96) {
            return IPAddress(v4: bytes[12...])
        }
        if isInside("::", 96), bytes[12] != 0 { return IPAddress(v4: bytes[12...]) }
        if isInside("2002::", 16) { return IPAddress(v4: bytes[2..<6]) }
        return nil
    }

    private init(v4 bytes: ArraySlice<UInt8>) {
        self.init(bytes: Array(bytes))
    }

    private typealias Network = (network: IPAddress, length: Int, scope: AddressScope)

    private static func networks(_ list: [(String, Int, AddressScope)]) -> [Network] {
        list.compactMap { text, length, scope in IPAddress(text).map { ($0, length, scope) } }
    }

    /// The first one that fits counts; what is in none is public.
    private static let special4 = networks([
        ("127.0.0.0", 8, .loopback), ("0.0.0.0", 8, .reserved), ("10.0.0.0", 8, .private),
        ("172.16.0.0", 12, .private), ("192.168.0.0", 16, .private), ("169.254.0.0", 16, .linkLocal),
        ("100.64.0.0", 10, .shared), ("168.63.129.16", 32, .metadata), ("192.0.0.0", 24, .reserved),
        ("192.0.2.0", 24, .reserved), ("192.88.99.0", 24, .reserved), ("198.18.0.0", 15, .reserved),
        ("198.51.100.0", 24, .reserved), ("203.0.113.0", 24, .reserved), ("224.0.0.0", 3, .reserved),
    ])

    /// The first one that fits counts; what is in none is reserved.
    private static let special6 = networks([
        ("::1", 128, .loopback), ("fc00::", 7, .private), ("fec0::", 10, .private),
        ("fe80::", 10, .linkLocal),
        ("64:ff9b:1::", 48, .private), ("2001::", 23, .reserved), ("2001:db8::", 32, .reserved),
        ("3fff::", 20, .reserved), ("2000::", 3, .public),
    ])
}
