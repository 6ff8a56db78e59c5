/// Why a request to a server, or the stream that it gave, failed.
public struct ClientError: Error, Sendable, Equatable {
    public var code: Code
    public var message: String
    /// What the server said, when it was the server that refused.
    public var server: ServerRefusal?

    public init(_ code: Code, _ message: String, server: ServerRefusal? = nil) {
        self.code = code
        self.message = message
        self.server = server
    }
}

extension ClientError: CustomStringConvertible {
    public var description: String { message }
}
