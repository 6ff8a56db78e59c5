/// How far documents are fetched that others name (spec §11).
///
/// What the user named himself, the origin that a client is made for, is not bound by the first two.
public struct FetchRules: Sendable, Equatable {
    /// Plain `http` to other hosts than this machine.
    public var allowsPlainHTTP: Bool
    /// Addresses of private networks, of neighbours, of a cloud's metadata service. This machine itself may be
    /// named by documents of this machine only.
    public var allowsPrivateAddresses: Bool
    /// Redirects followed for one document; each is checked like the first address.
    public var redirects: Int
    /// From the first request for a document to its last byte, however steadily it drips.
    public var timeLimit: Duration

    public init(
        allowsPlainHTTP: Bool = false, allowsPrivateAddresses: Bool = false, redirects: Int = 5,
        timeLimit: Duration = .seconds(120)
    ) {
        self.allowsPlainHTTP = allowsPlainHTTP
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.redirects = redirects
        self.timeLimit = timeLimit
    }
}
