internal import HummingbirdCore
internal import HummingbirdHTTP2
internal import Logging
internal import NIOCore
internal import NIOSSL

/// Sets up and serves one connection with TLS: HTTP/2 where the client offers it (ALPN), else HTTP/1.1.
struct TLSConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let handler: HTTP2UpgradeChannel
        let http: HTTP2UpgradeChannel.Value
        let presence: ClientPresence
        var channel: any Channel { http.channel }
    }

    let channels: TLSChannels
    let connections: ConnectionRegistry
    let stallTimeout: TimeAmount
    let handshakeTimeout: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let presence = ClientPresence()
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                ConnectionWatch(presence: presence, stallTimeout: stallTimeout))
            return try channels.current()
        }.flatMap { handler in
            handler.setup(channel: channel, logger: logger).flatMapThrowing { http in
                let pipeline = channel.pipeline.syncOperations
                let tls = try pipeline.handler(type: NIOSSLServerHandler.self)
                try pipeline.addHandlers(
                    HandshakeDeadline(handshakeTimeout), FlushBeforeClose(), position: .after(tls))
                return Value(handler: handler, http: http, presence: presence)
            }
        }
    }

    func handle(value: Value, logger: Logger) async {
        let key = connections.add(value.presence, value.channel)
        defer { connections.remove(key) }
        await ClientPresence.$current.withValue(value.presence) {
            await LoopExecutor.run(on: value.channel.eventLoop) {
                await value.handler.handle(value: value.http, logger: logger)
            }
        }
    }
}
