internal import CodecAPI
internal import CodecGateway
internal import HTTPTypes
internal import Hummingbird

/// Lets in those that have a key, where the server has keys; what is open to everybody needs none.
struct CallerGate: RouterMiddleware {
    /// nil = the server has no keys.
    let callers: Callers?
    /// Whether another program stands between the server and its clients: then every client seems to be on this machine.
    let isBehindProxy: Bool

    private enum Access {
        /// Says nothing about anybody.
        case open
        case api
        /// What an operator may see; where there are no keys, everybody: counts are no secret.
        case metrics
        /// What an operator may see; where there are no keys, who is on this machine.
        case admin

        /// - Parameter path: read as the router does, for which a slash too many changes nothing.
        init(_ path: String) {
            let path = path.split(separator: "/").joined(separator: "/")
            switch path {
            case "health", "ready", "codec/schema": self = .open
            case "metrics": self = .metrics
            default:
                if path.hasPrefix(".well-known/") {
                    self = .open
                } else {
                    self = path.hasPrefix("admin/") ? .admin : .api
                }
            }
        }
    }

    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let access = Access(request.uri.path)
        guard let callers else {
            if access == .admin, isBehindProxy || !context.isFromThisMachine {
                throw APIError(CallerRefusal.notAdmin)
            }
            return try await next(request, context)
        }
        guard access != .open else { return try await next(request, context) }
        let caller: Caller
        do throws(CallerRefusal) {
            caller = try callers.caller(presenting: Self.key(request.headers))
            context.trace.note { $0.caller = caller }
            if access == .admin || access == .metrics, !caller.key.isAdmin { throw .notAdmin }
            if request.method == .post { try caller.admit() }
        } catch {
            throw APIError(error)
        }
        return try await Caller.$current.withValue(caller) { try await next(request, context) }
    }

    /// As OpenAI's clients send it, or as Anthropic's do.
    private static func key(_ headers: HTTPFields) -> String? {
        if let name = HTTPField.Name("x-api-key"), let key = headers[name] { return key }
        guard let value = headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].trimmingPrefix { $0 == " " }.description
    }
}
