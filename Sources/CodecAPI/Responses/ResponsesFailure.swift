internal import HTTPTypes

/// Why a response failed, in the words that its clients decide on.
package struct ResponsesFailure: Sendable, Equatable {
    package var code: String
    package var message: String

    package init(_ error: APIError) {
        message = error.message
        switch (error.code ?? error.type, error.type, error.status.code) {
        case ("insufficient_quota", _, _), (_, "insufficient_quota", _): code = "insufficient_quota"
        case ("context_length_exceeded", _, _): code = "context_length_exceeded"
        case (_, _, 429):
            code = "rate_limit_exceeded"
            // Clients read the time to wait out of this sentence; there is no other place for it.
            if let seconds = error.headers[.retryAfter].flatMap(Int.init), !message.contains("try again in") {
                message += " Please try again in \(seconds)s."
            }
        case (_, _, 400..<500): code = "invalid_prompt"
        default: code = "server_error"
        }
    }
}
