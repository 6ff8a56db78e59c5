public import CodecMaps

/// Why a request to a server, or the stream that it gave, failed.
public struct ClientError: Error, Sendable, Equatable {
    public var code: Code
    /// For people: without control characters, and of a bounded length, whatever a server said.
    public var message: String
    /// What the server said, when it was the server that refused.
    public var server: ServerRefusal?
    /// What the server demands, for `versionRequired`.
    public var versionPolicy: VersionPolicy?

    public init(
        _ code: Code, _ message: String, server: ServerRefusal? = nil, versionPolicy: VersionPolicy? = nil
    ) {
        self.code = code
        self.message = message.printable
        self.server = server
        self.versionPolicy = versionPolicy
    }
}

extension ClientError: CustomStringConvertible {
    public var description: String { message }
}
