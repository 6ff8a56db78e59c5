import Foundation
import NIOPosix
import Synchronization

/// Names of hosts to their addresses.
struct HostResolver: Sendable {
    /// The addresses, best first; never none.
    var addresses: @Sendable (_ host: String) async throws(ClientError) -> [IPAddress]

    /// What the system knows of, and DNS. Old spellings of addresses (`0x7f.1`) are resolved too.
    static let system = HostResolver { (host) async throws(ClientError) in
        let answer = Answer()
        // The system's call cannot be interrupted: whoever waits no longer is let go, the call ends by itself.
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.wait(continuation)
                NIOThreadPool.singleton.submit { _ in answer.give(systemAddresses(of: host)) }
            }
        } onCancel: {
            answer.give(nil)
        }
        guard let addresses = answer.value else { throw ClientError.cancellation }
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

    /// What the first of two says, the resolver or who cancels.
    private final class Answer: Sendable {
        private struct State {
            var given = false
            var addresses: [IPAddress]?
            var continuation: CheckedContinuation<Void, Never>?
        }

        private let state = Mutex(State())

        var value: [IPAddress]? { state.withLock { $0.addresses } }

        func wait(_ continuation: CheckedContinuation<Void, Never>) {
            let isGiven = state.withLock { state in
                if !state.given { state.continuation = continuation }
                return state.given
            }
            if isGiven { continuation.resume() }
        }

        func give(_ addresses: [IPAddress]?) {
            let continuation = state.withLock { state in
                guard !state.given else { return nil as CheckedContinuation<Void, Never>? }
                state.given = true
                state.addresses = addresses
                return state.continuation
            }
            continuation?.resume()
        }
    }
}
