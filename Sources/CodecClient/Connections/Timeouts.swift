/// How long is waited for what.
public struct Timeouts: Sendable, Equatable {
    /// For a connection, with its TLS.
    public var connect: Duration
    /// From the sending of a request to the head of its answer.
    public var firstByte: Duration
    /// For the next part of an answer, from when it is wanted (spec §18).
    public var idle: Duration

    public init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(120), idle: Duration = .seconds(120)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
    }
}
