import Foundation
import NIOPosix

/// Names of hosts to their addresses.
struct HostResolver: Sendable {
    /// The addresses, best first; never none.
    var addresses: @Sendable (_ host: String) async throws(ClientError) -> [IPAddress]

    /// What the system knows of, and DNS. Old spellings of addresses (`0x7f.1`) are resolved too.
    static let system = HostResolver { (host) async throws(ClientError) in
        // The system's call cannot be interrupted.
        let answer = FirstAnswer<[IPAddress]?>()
        let addresses = await answer.value(cancelled: nil) {
            NIOThreadPool.singleton.submit { _ in answer.give(systemAddresses(of: host)) }
        }
        guard let addresses else { throw ClientError.cancellation }
        guard !addresses.isEmpty else { throw ClientError(.connection, "no address is known for \(host)") }
        return addresses
    }

    private static func systemAddresses(of host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = info.ai_addr.flatMap({ IPAddress($0) }) { addresses.append(address) }
            entry = info.ai_next
        }
        return addresses
    }
}
