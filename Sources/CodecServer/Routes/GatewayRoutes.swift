internal import CodecAPI
internal import CodecGateway
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// `GET /ready` for load balancers, and `GET /admin/upstreams` for operators.
struct GatewayRoutes: Sendable {
    /// nil = the server's models run in this process.
    let gateway: Gateway?
    let drain: Drain

    func add(to table: RouteTable) {
        table.get("/ready") { [gateway, drain] _, _ in
            if drain.hasBegun { throw Self.notReady("The server is stopping.") }
            guard gateway?.isReady ?? true else { throw Self.notReady("No upstream is known to work.") }
            return .json(Array(#"{"status":"ready"}"#.utf8))
        }
        if let gateway {
            table.get("/admin/upstreams") { _, _ in .json(UpstreamListing(gateway: gateway).document()) }
        }
    }

    private static func notReady(_ message: String) -> APIError {
        APIError(
            status: .serviceUnavailable, message: message, type: "server_error", code: "not_ready",
            headers: [.retryAfter: "1"])
    }
}

/// Whether the server is about to stop.
final class Drain: Sendable {
    private let flag = Atomic(false)

    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}
