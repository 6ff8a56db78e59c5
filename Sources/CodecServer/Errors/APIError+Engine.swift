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
        case .upstreamUnreachable, .upstreamFailed, .upstreamUnauthorized:
            status = .badGateway
        case .upstreamTimeout:
            status = .gatewayTimeout
        case .modelUnavailable, .shuttingDown:
            status = .serviceUnavailable
            headers[.retryAfter] = String(max(1, error.retryAfter ?? 1))
        default: break
        }
    }
}
