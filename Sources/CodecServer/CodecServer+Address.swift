internal import NIOCore
internal import NIOPosix

extension CodecServer.Configuration {
    /// Whether a server could listen at the address now: worth asking before a model is loaded, which takes long.
    /// - Throws: what `CodecServer.run` would throw.
    public func checkAddress() async throws(ServerError) {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                // A server that has just stopped holds nobody up.
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
            try await channel.close()
        } catch {
            throw ServerError(error, configuration: self)
        }
    }
}
