internal import NIOCore
internal import Synchronization

/// The open connections, so that a server that stops can end them.
final class ConnectionRegistry: Sendable {
    private struct State {
        var open: [Int: ConnectionChannel.Value] = [:]
        var nextKey = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.open.count } }

    func add(_ connection: ConnectionChannel.Value) -> Int {
        state.withLock { state in
            state.nextKey += 1
            state.open[state.nextKey] = connection
            return state.nextKey
        }
    }

    func remove(_ key: Int) {
        state.withLock { $0.open[key] = nil }
    }

    /// Has every running stream end with an error that its client can see.
    func endStreams() {
        for connection in state.withLock({ Array($0.open.values) }) {
            connection.presence.end(.serverStopping)
        }
    }

    func closeAll() {
        for connection in state.withLock({ Array($0.open.values) }) {
            connection.channel.close(promise: nil)
        }
    }
}
