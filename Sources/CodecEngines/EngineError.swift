/// Why an engine cannot start or go on with a completion.
public struct EngineError: Error, Sendable, Equatable {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The request can never succeed (HTTP 400); `parameter` names the field.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// Prompt and `maxTokens` do not fit the context (HTTP 400).
        public static let contextOverflow = Code(rawValue: "context_length_exceeded")
        /// The queue is full (HTTP 429); try again after `retryAfter` seconds.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The model could not be loaded, or its upstream cannot serve it now (HTTP 503).
        public static let modelUnavailable = Code(rawValue: "model_unavailable")
        /// The engine is shutting down (HTTP 503).
        public static let shuttingDown = Code(rawValue: "shutting_down")
        /// Generation failed midway (HTTP 500, or a terminal `error` frame).
        public static let generationFailed = Code(rawValue: "generation_failed")
        /// What was asked for is not to be had from this engine or upstream (HTTP 400); `parameter` names the field.
        public static let unsupported = Code(rawValue: "unsupported_parameter")
        /// The upstream cannot be reached (HTTP 502).
        public static let upstreamUnreachable = Code(rawValue: "upstream_unreachable")
        /// The upstream failed, or answered what is no answer of its API: HTML, broken JSON, a stream without an end (HTTP 502).
        public static let upstreamFailed = Code(rawValue: "upstream_failed")
        /// The upstream did not answer in time (HTTP 504).
        public static let upstreamTimeout = Code(rawValue: "upstream_timeout")
        /// The upstream refuses the gateway's own key (HTTP 502: nothing that the client could mend).
        public static let upstreamUnauthorized = Code(rawValue: "upstream_unauthorized")
        /// The upstream wants fewer requests (HTTP 429); `retryAfter` is what it said.
        public static let rateLimited = Code(rawValue: "rate_limit_exceeded")
        /// The upstream's account is used up (HTTP 429, and no use trying again).
        public static let quotaExceeded = Code(rawValue: "insufficient_quota")
        /// The upstream does not know the model (HTTP 404).
        public static let modelNotFound = Code(rawValue: "model_not_found")
        /// The upstream declined for what was said (HTTP 400).
        public static let contentRefused = Code(rawValue: "content_filter")
        /// The task that waited for an upstream was cancelled: nobody wants the answer.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    public var code: Code
    public var message: String
    public var parameter: String?
    /// Seconds after which trying again makes sense.
    public var retryAfter: Int?
    /// The upstream that failed, by the name that the operator gave it; nil for an engine in this process.
    public var upstream: String?

    public init(
        _ code: Code, _ message: String, parameter: String? = nil, retryAfter: Int? = nil,
        upstream: String? = nil
    ) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.upstream = upstream
    }
}
