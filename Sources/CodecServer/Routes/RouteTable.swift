internal import CodecAPI
internal import HTTPTypes
internal import Hummingbird

/// Adds routes so that a known path with a wrong method gets 405 and not 404.
struct RouteTable {
    let router: Router<ServerContext>

    func get(
        _ path: RouterPath,
        _ handler: @escaping @Sendable (Request, ServerContext) async throws -> Response
    ) {
        router.get(path, use: handler)
        refuse([.post, .put, .delete, .patch], at: path, allow: "GET, HEAD, OPTIONS")
        allowPreflight(path)
    }

    func post(
        _ path: RouterPath,
        _ handler: @escaping @Sendable (Request, ServerContext) async throws -> Response
    ) {
        router.post(path, use: handler)
        refuse([.get, .put, .delete, .patch], at: path, allow: "POST, OPTIONS")
        allowPreflight(path)
    }

    private func refuse(_ methods: [HTTPRequest.Method], at path: RouterPath, allow: String) {
        for method in methods {
            router.on(path, method: method) { _, _ -> Response in
                throw APIError.methodNotAllowed(allow: allow)
            }
        }
    }

    /// Reached by the middleware only, which answers.
    private func allowPreflight(_ path: RouterPath) {
        router.on(path, method: .options) { _, _ in Response(status: .noContent) }
    }
}
