extension ClientError {
    /// An open set; `rawValue` is bounded and fit for a metric's label.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }
}

// Before an answer.
extension ClientError.Code {
    /// An address is not one that may be used.
    public static let invalidURL = Self(rawValue: "invalid_url")
    /// The options have no form in the request (a temperature that is no number).
    public static let invalidRequest = Self(rawValue: "invalid_request")
    /// The proxy's address cannot be used.
    public static let invalidProxy = Self(rawValue: "invalid_proxy")
    /// The proxy does not let the request through.
    public static let proxy = Self(rawValue: "proxy")
    /// No connection: the request was not sent.
    public static let connection = Self(rawValue: "connection")
    /// The connection is not safe: a certificate, or TLS itself.
    public static let insecureConnection = Self(rawValue: "insecure_connection")
    /// The connection broke after the request was sent, and before an answer began.
    public static let disconnected = Self(rawValue: "disconnected")
    /// The server was silent for longer than the configuration allows.
    public static let timeout = Self(rawValue: "timeout")
    /// The task that reads was cancelled.
    public static let cancelled = Self(rawValue: "cancelled")
    /// The server refused, before or in the middle of the stream; `server` says what it said.
    public static let refused = Self(rawValue: "refused")
    /// The server demands a version or features that this client lacks (spec §4); `versionPolicy` says which.
    public static let versionRequired = Self(rawValue: "codec_version_required")
    /// 426 by something that is no Codec server's demand.
    public static let unexpectedUpgrade = Self(rawValue: "unexpected_upgrade")
}

// In an answer.
extension ClientError.Code {
    /// The answer is not of the type or encoding that was asked for.
    public static let unexpectedAnswer = Self(rawValue: "unexpected_answer")
    /// The ids would be those of another map than the pinned one (spec §3).
    public static let mapMismatch = Self(rawValue: "map_mismatch")
    /// The body ended before its terminal frame: what came is not the whole completion (spec §2).
    public static let truncated = Self(rawValue: "truncated")
    /// The body is not what its format allows; nothing more can be read from it.
    public static let malformed = Self(rawValue: "malformed")
    /// The body grows more by decompression than any honest one.
    public static let decompressionBomb = Self(rawValue: "decompression_bomb")
    /// A stream was read a second time.
    public static let alreadyRead = Self(rawValue: "already_read")
}

// Of documents (spec §11).
extension ClientError.Code {
    /// The server has no such document.
    public static let notFound = Self(rawValue: "not_found")
    /// A document would come by `http` from another machine.
    public static let insecureURL = Self(rawValue: "insecure_url")
    /// A document leads to an address inside a network that is not its author's to name.
    public static let forbiddenAddress = Self(rawValue: "forbidden_address")
    public static let tooManyRedirects = Self(rawValue: "too_many_redirects")
    public static let redirectLoop = Self(rawValue: "redirect_loop")
    public static let tooLarge = Self(rawValue: "too_large")
    /// All in all it took too long, though something came all the time.
    public static let timeLimit = Self(rawValue: "time_limit")
    /// A web page in place of a document.
    public static let notADocument = Self(rawValue: "not_a_document")
    /// The id cannot be a path: not `[a-z0-9._/-]+`, or it climbs.
    public static let invalidID = Self(rawValue: "invalid_id")
    /// The document cannot be read: a field is missing or wrong.
    public static let invalidDocument = Self(rawValue: "invalid_document")
    /// The bytes are not those that the hash names.
    public static let hashMismatch = Self(rawValue: "hash_mismatch")
    /// The document is one of another id.
    public static let idMismatch = Self(rawValue: "id_mismatch")
    /// A pointer leads to a pointer.
    public static let pointerChain = Self(rawValue: "pointer_chain")
    /// The server does not list a map of that hash.
    public static let mapUnavailable = Self(rawValue: "map_unavailable")
    /// A body is compressed with a dictionary that the answer does not name (spec §5).
    public static let dictionaryNotNamed = Self(rawValue: "dictionary_not_named")
    /// What should name a dictionary is no hash.
    public static let malformedDictionaryName = Self(rawValue: "malformed_dictionary_name")
    /// A body is compressed with a dictionary that cannot be had.
    public static let dictionaryUnavailable = Self(rawValue: "dictionary_unavailable")
    /// A body's ids are ranks of a table that cannot be had.
    public static let rankTableUnavailable = Self(rawValue: "rank_table_unavailable")
}
