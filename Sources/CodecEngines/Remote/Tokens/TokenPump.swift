internal import CodecCore
import Synchronization

/// Moves ids from an upstream to a stream's reader: one task a completion, which waits while the reader is behind.
final class TokenPump: Sendable {
    private struct State: Sendable {
        weak var channel: TokenChannel?
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    init() {
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The reader made room, or left: who left wants nothing more from the upstream.
    func readerChanged() {
        let task = state.withLock { $0.channel?.isAbandoned == false ? nil : $0.task }
        task?.cancel()
        change.yield()
    }

    func cancel() { state.withLock { $0.task }?.cancel() }

    /// - Parameter ended: Called when nothing more is asked of the upstream.
    func run(
        _ channel: TokenChannel, _ source: any TokenStepSource, _ first: TokenStep, _ filter: TokenFilter,
        ended: @escaping @Sendable () -> Void
    ) {
        state.withLock { $0.channel = channel }
        let task = Task { [changes] in
            await Self.move(source, first, filter, to: channel, changes)
            ended()
        }
        state.withLock { $0.task = task }
        // It may have left before there was a task.
        if channel.isAbandoned { task.cancel() }
    }

    private static func move(
        _ source: any TokenStepSource, _ first: TokenStep, _ filter: TokenFilter, to channel: TokenChannel,
        _ changes: AsyncStream<Void>
    ) async {
        var source = source
        var cutting = TokenCutting(filter)
        var room = changes.makeAsyncIterator()
        var step = first
        do throws(EngineError) {
            channel.send(filter.prefix)
            while true {
                let (ids, end) = try cutting.take(step)
                if let end { return channel.finish(end, after: ids) }
                channel.send(ids)
                while !channel.hasRoom, !Task.isCancelled { await room.next() }
                if Task.isCancelled { return }
                step = try await source.next()
            }
        } catch {
            channel.fail(error)
        }
    }
}
