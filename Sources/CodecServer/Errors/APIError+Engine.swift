internal import CodecAPI
internal import CodecEngines
internal import HTTPTypes

extension APIError {
    /// An engine's refusal. `promptField` is what the request calls the engine's prompt.
    init(_ error: EngineError, promptField: String? = nil) {
        self.init(
            status: .internalServerError, message: error.message, type: "server_error",
            param: error.parameter, code: error.code.rawValue)
        switch error.code {
        case .invalidRequest, .contextOverflow:
            status = .badRequest
            type = "invalid_request_error"
            if error.parameter == nil || error.parameter == "prompt" {
                param = promptField ?? error.parameter
            }
        case .overloaded:
            status = .tooManyRequests
            type = "rate_limit_error"
            code = "rate_limit_exceeded"
            headers[.retryAfter] = String(max(1, error.retryAfter ?? 1))
        case .unsupported, .contentRefused:
            status = .badRequest
            type = "invalid_request_error"
        case .modelNotFound:
            status = .notFound
            type = "invalid_request_error"
        case .rateLimited:
            status = .tooManyRequests
            type = "rate_limit_error"
            headers[.retryAfter] = error.retryAfter.map(String.init)
        case .quotaExceeded:
            status = .tooManyRequests
            type = "insufficient_quota"
        case .upstreamFailed:
            status = .badGateway
        // Addresses, and what is said of a key, are for the operator: `/admin/upstreams` has them.
        case .upstreamUnreachable:
            status = .badGateway
            message = "The connection to \(error.place) failed."
        case .upstreamUnauthorized:
            status = .badGateway
            message = "The server's key is refused by \(error.place)."
        case .upstreamTimeout:
            status = .gatewayTimeout
            message = "There was no answer in time from \(error.place)."
        case .modelUnavailable, .shuttingDown:
            status = .serviceUnavailable
            headers[.retryAfter] = String(max(1, error.retryAfter ?? 1))
        default: break
        }
    }
}

extension EngineError {
    /// By the name that the operator gave it.
    fileprivate var place: String { upstream.map { "the upstream \($0)" } ?? "an upstream" }
}
