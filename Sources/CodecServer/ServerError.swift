internal import Foundation
internal import NIOCore

/// Why a server does not serve.
public struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Another program listens on the port.
        public static let addressInUse = Code(rawValue: "address_in_use")
        /// The address is not this machine's, or needs rights that the program has not.
        public static let addressNotAvailable = Code(rawValue: "address_not_available")
        /// What is to be kept cannot be.
        public static let storeUnavailable = Code(rawValue: "store_unavailable")
        /// The server has stopped.
        public static let stopped = Code(rawValue: "stopped")
        /// Something else, which the message tells.
        public static let failed = Code(rawValue: "failed")
    }

    public var code: Code
    /// What was wrong, where, and what to do.
    public var message: String

    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: any Error, configuration: CodecServer.Configuration) {
        let address = "\(configuration.host):\(configuration.port)"
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init(
                .addressInUse,
                "Port \(configuration.port) is in use (\(address)); choose another with --port.")
        case EADDRNOTAVAIL, EACCES:
            self.init(.addressNotAvailable, "Cannot listen on \(address): \(error).")
        default:
            self.init(.failed, "The server cannot run on \(address): \(error)")
        }
    }
}
