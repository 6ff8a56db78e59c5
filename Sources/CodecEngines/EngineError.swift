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
        /// The model could not be loaded.
        public static let modelUnavailable = Code(rawValue: "model_unavailable")
        /// The engine is shutting down (HTTP 503).
        public static let shuttingDown = Code(rawValue: "shutting_down")
        /// Generation failed midway (HTTP 500, or a terminal `error` frame).
        public static let generationFailed = Code(rawValue: "generation_failed")
    }

    public var code: Code
    public var message: String
    public var parameter: String?
    /// Seconds after which trying again makes sense.
    public var retryAfter: Int?

    public init(_ code: Code, _ message: String, parameter: String? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
    }
}
