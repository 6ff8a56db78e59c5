/// An error as servers report it, in OpenAI's shape: `{"error":{"message","type","param","code"}}`.
public struct ServerRefusal: Sendable, Equatable {
    /// The HTTP status; nil for an error inside a stream that had begun.
    public var status: Int?
    public var message: String
    public var type: String?
    /// The field of the request that is to blame.
    public var parameter: String?
    public var code: String?
    /// Seconds after which trying again makes sense, from `Retry-After`.
    public var retryAfter: Int?

    public init(
        status: Int? = nil, message: String, type: String? = nil, parameter: String? = nil,
        code: String? = nil, retryAfter: Int? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.parameter = parameter
        self.code = code
        self.retryAfter = retryAfter
    }
}
