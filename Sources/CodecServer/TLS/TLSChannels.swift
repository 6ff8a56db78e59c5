internal import HummingbirdCore
internal import HummingbirdHTTP2
internal import NIOCore
internal import Synchronization

/// Makes the channels of connections with TLS, with the certificate as it was read last: connections keep the one that
/// they began with.
final class TLSChannels: Sendable {
    private struct State {
        var current: HTTP2UpgradeChannel?
        var make: (@Sendable () throws -> HTTP2UpgradeChannel)?
    }

    private let files: TLSFiles
    private let state = Mutex(State())

    init(_ files: TLSFiles) { self.files = files }

    /// Reads the files for the first time.
    /// - Throws: `ServerError` that names the file.
    func start(
        _ configuration: HTTP2ChannelConfiguration, responder: @escaping HTTPChannelHandler.Responder
    ) throws {
        let files = files
        let make: @Sendable () throws -> HTTP2UpgradeChannel = {
            try HTTP2UpgradeChannel(
                tlsConfiguration: try files.load(), configuration: configuration, responder: responder)
        }
        let first = try make()
        state.withLock { $0 = State(current: first, make: make) }
    }

    /// Reads the files again.
    /// - Throws: `ServerError` that names the file; then the certificate stays as it was.
    func reload() throws {
        guard let make = state.withLock({ $0.make }) else { return }
        let next = try make()
        state.withLock { $0.current = next }
    }

    func current() throws(ServerError) -> HTTP2UpgradeChannel {
        guard let current = state.withLock({ $0.current }) else {
            throw ServerError(.stopped, "The server has not begun.")
        }
        return current
    }
}
