package import HTTPTypes

/// A failed request, as the OpenAI API tells it: a status and
/// `{"error":{"message","type","param","code"}}`.
package struct APIError: Error, Sendable, Equatable {
    package var status: HTTPResponse.Status
    package var message: String
    package var type: String
    /// The field that is wrong.
    package var param: String?
    package var code: String?
    package var headers: HTTPFields = [:]
    /// Members beside `error`, as JSON text like `"map":"sha256:…"`.
    package var extra: String?

    /// A request that can never succeed: exactly 400, the one status that every client does not try again.
    package static func invalidRequest(_ message: String, param: String? = nil, code: String? = nil)
        -> APIError
    {
        APIError(
            status: .badRequest, message: message, type: "invalid_request_error", param: param, code: code)
    }

    package static func unsupported(_ field: String) -> APIError {
        invalidRequest(
            "'\(field)' is not supported by this server.", param: field, code: "unsupported_parameter")
    }

    package static func notFound(_ path: String) -> APIError {
        APIError(
            status: .notFound, message: "There is nothing at \(path.prefix(200)).",
            type: "invalid_request_error",
            code: "not_found")
    }

    package static func unknownModel(_ name: String) -> APIError {
        APIError(
            status: .notFound,
            message: "The model '\(name.prefix(200))' does not exist; GET /v1/models lists those that do.",
            type: "invalid_request_error", param: "model", code: "model_not_found")
    }

    package static func methodNotAllowed(allow: String) -> APIError {
        APIError(
            status: .methodNotAllowed, message: "The method is not allowed here; allowed: \(allow).",
            type: "invalid_request_error", code: "method_not_allowed", headers: [.allow: allow])
    }

    package static func unsupportedMediaType(_ message: String, headers: HTTPFields = [:]) -> APIError {
        APIError(
            status: .unsupportedMediaType, message: message, type: "invalid_request_error",
            code: "unsupported_media_type", headers: headers)
    }

    package static func tooLarge(_ message: String) -> APIError {
        APIError(
            status: .contentTooLarge, message: message, type: "invalid_request_error",
            code: "request_too_large")
    }

    package static func notAcceptable(_ message: String) -> APIError {
        APIError(
            status: .notAcceptable, message: message, type: "invalid_request_error", code: "not_acceptable")
    }

    package static let internalError = APIError(
        status: .internalServerError, message: "The server failed to answer; the log has the reason.",
        type: "server_error", code: "internal_error")

    package init(
        status: HTTPResponse.Status, message: String, type: String, param: String? = nil,
        code: String? = nil, headers: HTTPFields = [:], extra: String? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.headers = headers
        self.extra = extra
    }

    /// The body: also what a stream carries when it fails midway.
    package func appendBody(to output: inout [UInt8]) {
        output.append(json: #"{"error":{"message":"#)
        output.append(jsonString: message)
        output.append(json: #","type":"#)
        output.append(jsonString: type)
        output.append(json: #","param":"#)
        output.append(jsonString: param)
        output.append(json: #","code":"#)
        output.append(jsonString: code)
        output.append(UInt8(ascii: "}"))
        if let extra {
            output.append(UInt8(ascii: ","))
            output.append(contentsOf: extra.utf8)
        }
        output.append(UInt8(ascii: "}"))
    }
}
