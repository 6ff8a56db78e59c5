internal import Hummingbird
internal import Logging
internal import NIOCore

/// What goes with a request on its way through the server.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let trace = RequestTrace()
    /// Where the client is; nil where there is no connection.
    private let client: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        client = source.channel.remoteAddress
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// Whether the client runs on this machine, or is a proxy that does.
    var isFromThisMachine: Bool {
        guard let client else { return false }
        guard let address = client.ipAddress else { return client.protocol == .unix }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
