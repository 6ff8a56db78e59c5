internal import HTTPTypes

extension APIError {
    /// The error's body as Anthropic's API has it, also what a stream carries when it fails midway:
    /// `{"type":"error","error":{"type","message"},"request_id"}`.
    package func appendMessagesBody(requestID: String?, to output: inout [UInt8]) {
        output.append(json: #"{"type":"error","error":{"type":"#)
        output.append(jsonString: messagesType)
        output.append(json: #","message":"#)
        output.append(jsonString: message)
        if code == Self.unsupportedThreadCode {
            output.append(json: #","details":{"error_code":"#)
            output.append(jsonString: code)
            output.append(json: #","unsupported":["thread"]}"#)
        }
        output.append(json: #"},"request_id":"#)
        output.append(jsonString: requestID)
        output.append(UInt8(ascii: "}"))
    }

    /// The name of the status.
    private var messagesType: String {
        switch status.code {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        case 503, 529: "overloaded_error"
        case 504: "timeout_error"
        default: "api_error"
        }
    }
}
