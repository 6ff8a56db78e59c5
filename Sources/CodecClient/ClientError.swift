/// Why a request to a server, or the stream that it gave, failed.
public struct ClientError: Error, Sendable, Equatable {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The base address or a map's address is not one that may be used.
        public static let invalidURL = Code(rawValue: "invalid_url")
        /// The options have no form in JSON (a temperature that is no number).
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// No connection, or it broke before the answer began.
        public static let connection = Code(rawValue: "connection")
        /// The server was silent for longer than the configuration allows.
        public static let timeout = Code(rawValue: "timeout")
        /// The task that reads was cancelled.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The server refused, before or in the middle of the stream; `server` says what it said.
        public static let refused = Code(rawValue: "refused")
        /// The answer is not of the type or encoding that was asked for.
        public static let unexpectedAnswer = Code(rawValue: "unexpected_answer")
        /// The ids would be those of another map than the pinned one (spec §3).
        public static let mapMismatch = Code(rawValue: "map_mismatch")
        /// The body ended before its terminal frame: what came is not the whole completion (spec §2).
        public static let truncated = Code(rawValue: "truncated")
        /// The body is not what its format allows; nothing more can be read from it.
        public static let malformed = Code(rawValue: "malformed")
        /// No map of that name or hash could be had, or it is not what its hash says.
        public static let mapUnavailable = Code(rawValue: "map_unavailable")
        /// A stream was read a second time.
        public static let alreadyRead = Code(rawValue: "already_read")
    }

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
