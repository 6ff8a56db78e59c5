internal import Foundation

/// The files that the system lets this process have open.
enum FileDescriptors {
    /// How many of them connections may take: a process without any left cannot even refuse one.
    static var forConnections: Int {
        let limit = sysconf(Int32(_SC_OPEN_MAX))
        return limit < 0 ? .max : max(8, limit - 64)
    }
}
