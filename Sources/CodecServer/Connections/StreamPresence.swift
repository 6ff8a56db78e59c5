internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

/// Gives each stream of an HTTP/2 connection a presence of its own: it ends with the connection's, and when the client
/// resets the stream.
enum StreamPresence {
    static func watching(_ responder: @escaping HTTPChannelHandler.Responder) -> HTTPChannelHandler.Responder
    {
        { request, writer, channel in
            // A stream's channel hangs below a connection's, and that one below the listener's.
            guard channel.parent?.parent != nil else { return try await responder(request, writer, channel) }
            let connection = ClientPresence.current
            let presence = ClientPresence()
            let key = connection.addObserver { presence.end($0) }
            defer { connection.removeObserver(key) }
            channel.closeFuture.whenComplete { _ in presence.end(.clientGone) }
            var waiting: ResponseWriter? = consume writer
            try await ClientPresence.$current.withValue(presence) {
                guard let writer = waiting.take() else { return }
                try await responder(request, writer, channel)
            }
        }
    }
}
