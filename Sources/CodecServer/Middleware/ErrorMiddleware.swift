internal import CodecAPI
internal import CodecCore
internal import CodecEngines
internal import CodecMaps
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Answers every error in the form that OpenAI's clients know, or Anthropic's where one of these asks.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as VersionRefusal {
            context.trace.note { $0.errorCode = "version_required" }
            return Self.response(error)
        } catch {
            let failure = Self.failure(error, request: request, context: context)
            context.trace.note { $0.errorCode = failure.code ?? failure.type }
            return request.isOfMessagesAPI
                ? .messages(failure, requestID: context.requestID) : Self.response(failure)
        }
    }

    private static func failure(_ error: any Error, request: Request, context: ServerContext) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as any HTTPResponseError where error.status == .notFound:
            return .notFound(request.uri.path)
        case StreamCut.serverStopping:
            return APIError(EngineError(.shuttingDown, "The server is stopping."))
        case is StreamCut, is CancellationError:
            // Nobody is there to read this.
            return APIError(
                status: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"),
                message: "The client closed the connection.", type: "invalid_request_error",
                code: "client_closed")
        default:
            context.logger.error("Request failed", metadata: ["error": "\(error)"])
            return .internalError
        }
    }

    /// In the protocol's own form (spec §4).
    private static func response(_ error: VersionRefusal) -> Response {
        Response(
            status: .upgradeRequired,
            headers: [
                .contentType: "application/json",
                .codecMinimumVersion: error.policy.minimumVersion.description,
                .codecRequiredFeatures: error.policy.requiredFeatures.joined(separator: ", "),
            ], body: .init(byteBuffer: ByteBuffer(bytes: error.bytes())))
    }

    private static func response(_ error: APIError) -> Response {
        var body: [UInt8] = []
        error.appendBody(to: &body)
        var headers = error.headers
        headers[.contentType] = "application/json"
        return Response(
            status: error.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
