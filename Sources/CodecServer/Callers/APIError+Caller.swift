internal import CodecAPI
internal import CodecGateway
internal import HTTPTypes

extension APIError {
    /// A caller is turned away.
    init(_ refusal: CallerRefusal) {
        switch refusal {
        case .noKey:
            self = .unauthorized("A key is needed: Authorization: Bearer KEY, or x-api-key: KEY.")
        case .unknownKey: self = .unauthorized("The key is none of this server's.")
        case .expired: self = .unauthorized("The key has expired.")
        case .notAdmin:
            self = .forbidden(
                "This is for the server's operator: a key with admin rights, or from the server's own machine where it has no keys.",
                code: "admin_only")
        case .model(let name):
            self = .forbidden(
                "The key is not for the model '\(name.prefix(200))'.", code: "model_not_allowed")
            param = "model"
        case .tooManyRequests(let wait):
            self = .tooMany("The key has had its requests of this minute.", after: wait)
        case .tooManyTokens(let wait):
            self = .tooMany("The key has had its tokens of this minute.", after: wait)
        }
    }

    private static func unauthorized(_ message: String) -> APIError {
        APIError(
            status: .unauthorized, message: message, type: "authentication_error", code: "invalid_api_key",
            headers: [.wwwAuthenticate: "Bearer"])
    }

    private static func forbidden(_ message: String, code: String) -> APIError {
        APIError(status: .forbidden, message: message, type: "permission_error", code: code)
    }

    private static func tooMany(_ message: String, after wait: Duration) -> APIError {
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        return APIError(
            status: .tooManyRequests, message: message, type: "rate_limit_error", code: "rate_limit_exceeded",
            headers: [.retryAfter: String(seconds)])
    }
}
