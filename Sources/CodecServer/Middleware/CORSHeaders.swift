internal import HTTPTypes
internal import Hummingbird

/// Lets pages of any origin read answers: there are no cookies to steal here, and a reader of Codec may well
/// live in a browser. Preflights are answered for every path. What an operator asks for is for no page.
struct CORSHeaders: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        if request.method == .options { return Self.preflight(request) }
        var response = try await next(request, context)
        if request.uri.path.split(separator: "/").first == "admin" { return response }
        // Documents under .well-known are cached, so their headers must not depend on who asks.
        if request.headers[.origin] != nil || request.uri.path.hasPrefix("/.well-known/") {
            response.headers[.accessControlAllowOrigin] = "*"
            response.headers[.accessControlExposeHeaders] = Self.exposed(response.headers)
        }
        return response
    }

    /// What a page may see beside what it always may: of the protocol's headers those that are there.
    private static func exposed(_ headers: HTTPFields) -> String {
        let own = headers.map(\.name).filter { $0.canonicalName.hasPrefix("codec-") }.map(\.rawName)
        return (own + ["ETag", "Retry-After", "request-id", "x-request-id"]).joined(separator: ", ")
    }

    private static func preflight(_ request: Request) -> Response {
        var headers: HTTPFields = [
            .accessControlAllowOrigin: "*", .accessControlAllowMethods: "GET, HEAD, POST, OPTIONS",
            .accessControlMaxAge: "86400", .vary: "Access-Control-Request-Headers",
        ]
        headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders] ?? "*"
        return Response(status: .noContent, headers: headers)
    }
}
