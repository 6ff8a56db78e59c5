internal import NIOCore
internal import Synchronization

/// The open connections, so that a server that stops can end them.
final class ConnectionRegistry: Sendable {
    private struct Connection {
        var presence: ClientPresence
        var channel: any Channel
    }

    private struct State {
        var open: [Int: Connection] = [:]
        var nextKey = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.open.count } }

    func add(_ presence: ClientPresence, _ channel: any Channel) -> Int {
        state.withLock { state in
            state.nextKey += 1
            state.open[state.nextKey] = Connection(presence: presence, channel: channel)
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
