internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Sets up and serves one HTTP/1.1 connection: Hummingbird's own channel, with a watch under it.
struct ConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let presence: ClientPresence
        var channel: any Channel { http.channel }
    }

    let http: HTTP1Channel
    let connections: ConnectionRegistry
    let stallTimeout: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let presence = ClientPresence()
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                ConnectionWatch(presence: presence, stallTimeout: stallTimeout))
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.map { Value(http: $0, presence: presence) }
    }

    func handle(value: Value, logger: Logger) async {
        let key = connections.add(value.presence, value.channel)
        defer { connections.remove(key) }
        await ClientPresence.$current.withValue(value.presence) {
            await LoopExecutor.run(on: value.channel.eventLoop) {
                await http.handle(value: value.http, logger: logger)
            }
        }
    }
}
