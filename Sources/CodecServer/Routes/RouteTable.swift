internal import CodecAPI
internal import HTTPTypes
internal import Hummingbird

/// Adds routes so that a known path with a wrong method gets 405 and not 404.
struct RouteTable {
    typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

    let router: Router<ServerContext>

    func get(_ path: RouterPath, _ handler: @escaping Handler) { on(path, [.get: handler]) }

    func post(_ path: RouterPath, _ handler: @escaping Handler) { on(path, [.post: handler]) }

    /// A path's methods, of GET, POST, PUT, DELETE and PATCH; HEAD goes with GET.
    func on(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        let methods: [HTTPRequest.Method] = [.get, .post, .put, .delete, .patch]
        let allowed =
            methods.filter { handlers[$0] != nil }
            .map { $0 == .get ? "GET, HEAD" : $0.rawValue } + ["OPTIONS"]
        for method in methods {
            router.on(path, method: method) { request, context -> Response in
                guard let handler = handlers[method] else {
                    throw APIError.methodNotAllowed(allow: allowed.joined(separator: ", "))
                }
                return try await handler(request, context)
            }
        }
        // Reached by the middleware only, which answers.
        router.on(path, method: .options) { _, _ in Response(status: .noContent) }
    }
}
