internal import CodecAPI
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

extension HTTPField.Name {
    /// Which version of Anthropic's API a client speaks.
    static let messagesVersion = HTTPField.Name("anthropic-version")
    /// A request's id, as Anthropic's API names it.
    static let messagesRequestID = HTTPField.Name("request-id")
}

extension Request {
    /// Whether the one who asks knows Anthropic's API, and its errors only.
    var isOfMessagesAPI: Bool {
        uri.path == "/v1/messages" || uri.path.hasPrefix("/v1/messages/") || headers.hasMessagesVersion
    }
}

extension HTTPFields {
    var hasMessagesVersion: Bool { HTTPField.Name.messagesVersion.map(contains) ?? false }

    mutating func set(messagesRequestID id: String) {
        if let name = HTTPField.Name.messagesRequestID { self[name] = id }
    }
}

extension ServerContext {
    /// The id that the log has for the request.
    var requestID: String? { logger[metadataKey: "request_id"].map { "\($0)" } }
}

extension Response {
    /// An error as Anthropic's API tells it.
    static func messages(_ error: APIError, requestID: String?) -> Response {
        var body: [UInt8] = []
        error.appendMessagesBody(requestID: requestID, to: &body)
        var headers = error.headers
        headers[.contentType] = "application/json"
        return Response(
            status: error.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
