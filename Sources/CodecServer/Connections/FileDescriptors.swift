internal import Foundation

/// The files that the system lets this process have open.
enum FileDescriptors {
    /// How many of them clients' connections may take: a process without any left cannot even refuse one.
    /// - Parameter asksUpstreams: whether a request may need a connection of its own to another server.
    static func forConnections(asksUpstreams: Bool) -> Int {
        let limit = sysconf(Int32(_SC_OPEN_MAX))
        guard limit >= 0 else { return .max }
        return max(8, asksUpstreams ? (limit - 64) / 2 : limit - 64)
    }
}
