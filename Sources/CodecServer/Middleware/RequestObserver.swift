internal import CodecGateway
internal import CodecAPI
internal import CodecEngines
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Gives each request an id, and notes its end: one line in the log, without any text of it, and the metrics.
struct RequestObserver: RouterMiddleware {
    let metrics: ServerMetrics

    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let id = Self.requestID(request.headers[.requestID])
        var context = context
        context.logger[metadataKey: "hb.request.id"] = nil
        context.logger[metadataKey: "request_id"] = "\(id)"
        var response = try await RouteTrace.$current.withValue(context.trace.route) { [context] in
            try await next(request, context)
        }
        response.headers[.requestID] = id
        if request.isOfMessagesAPI { response.headers.set(messagesRequestID: id) }
        response.headers[.codecUpstream] = context.trace.route.upstream
        let status = response.status
        guard response.body.contentLength == nil else {
            finish(request, status: status, context: context)
            return response
        }
        let body = response.body
        response.body = ResponseBody { [context] writer in
            defer { finish(request, status: status, context: context) }
            try await body.write(writer)
        }
        return response
    }

    /// The client's own id when it is one that can stand in a log, else a new one.
    private static func requestID(_ given: String?) -> String {
        guard let given, 1...128 ~= given.utf8.count, given.utf8.allSatisfy(isPlain) else {
            return "req_" + RandomName.make()
        }
        return given
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private func finish(_ request: Request, status: HTTPResponse.Status, context: ServerContext) {
        let notes = context.trace.notes
        let duration = ContinuousClock.now - context.trace.start
        let route = context.endpointPath ?? "unknown"
        metrics.requests[["route": route, "status": "\(status.code)"]].add()
        metrics.requestDuration[["route": route]].observe(duration)
        if let format = notes.format {
            if let time = notes.timeToFirstFrame {
                metrics.timeToFirstFrame[["format": format]].observe(time)
            }
            if notes.frames > 0 { metrics.frames[["format": format]].add(notes.frames) }
            if let ending = notes.ending { metrics.endings[["reason": ending]].add() }
        }
        if let caller = notes.caller { metrics.callerRequests[["key": caller.name]].add() }
        let progress = AnswerProgress(
            promptTokens: notes.promptTokens, completionTokens: notes.completionTokens)
        metrics.noteUse(progress, caller: notes.caller, upstream: context.trace.route.upstream)
        context.logger.info(
            "Request", metadata: Self.metadata(request, status, duration, notes, context.trace.route))
    }

    private static func metadata(
        _ request: Request, _ status: HTTPResponse.Status, _ duration: Duration, _ notes: RequestTrace.Notes,
        _ route: RouteTrace
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(status.code)",
            "ms": "\(milliseconds(duration))",
        ]
        if let code = notes.errorCode { metadata["error"] = "\(code)" }
        if let caller = notes.caller { metadata["key"] = "\(caller.name)" }
        if let upstream = route.upstream {
            metadata["upstream"] = "\(upstream)"
            metadata["attempts"] = "\(route.attempts)"
        }
        guard let format = notes.format else { return metadata }
        metadata["format"] = "\(format)"
        metadata["encoding"] = "\(notes.encoding ?? "-") (\(notes.encodingReason ?? "-"))"
        metadata["prompt_tokens"] = "\(notes.promptTokens ?? 0)"
        metadata["completion_tokens"] = "\(notes.completionTokens)"
        metadata["bytes"] = "\(notes.bodyBytes)"
        metadata["ending"] = "\(notes.ending ?? "-")"
        if let time = notes.timeToFirstFrame { metadata["first_ms"] = "\(milliseconds(time))" }
        return metadata
    }

    private static func milliseconds(_ duration: Duration) -> Int { Int(duration / .milliseconds(1)) }
}
