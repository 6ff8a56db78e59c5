public import CodecCore

/// A running completion: frames in order, the last one terminal.
///
/// Made of a bounded channel: an engine that runs ahead of a slow reader pauses that one stream. A stream
/// has one reader at a time. When the last copy of the stream and of its iterators is gone, or the task
/// that waits in `next` is cancelled, the engine stops generating.
public struct TokenStream: AsyncSequence, Sendable {
    public typealias Element = TokenFrame
    public typealias Failure = EngineError

    private let reader: Reader
    private var observer: (any TokenStreamObserver)?

    /// A stream and the engine's end of it.
    /// - Parameters:
    ///   - capacity: So many ids may wait before the channel has no room.
    ///   - readerChanged: Called when the reader made room in a full channel, or left. May be called on any
    ///     thread, never inside one of the channel's own calls by the engine.
    public static func makeStream(
        capacity: Int = 64, readerChanged: @escaping @Sendable () -> Void = {}
    ) -> (stream: TokenStream, channel: TokenChannel) {
        let channel = TokenChannel(capacity: capacity, readerChanged: readerChanged)
        return (TokenStream(reader: Reader(channel: channel)), channel)
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader, observer: observer) }

    /// The same stream, whose end is told to somebody, who is held until the stream and its iterators are gone.
    package func observed(by observer: any TokenStreamObserver) -> TokenStream {
        var stream = self
        stream.observer = observer
        return stream
    }

    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        fileprivate let reader: Reader
        fileprivate let observer: (any TokenStreamObserver)?

        /// The ids that wait, as one frame; suspends when there are none. Nil after the terminal frame, and
        /// when the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(EngineError) -> TokenFrame? {
            try await next()
        }

        public mutating func next() async throws(EngineError) -> TokenFrame? {
            guard let observer else { return try await reader.channel.next() }
            do throws(EngineError) {
                let frame = try await reader.channel.next()
                if let frame, frame.done {
                    let failed = frame.finishReason == .error
                    observer.streamEnded(
                        failed ? EngineError(.generationFailed, "Generation failed midway.") : nil)
                }
                return frame
            } catch {
                observer.streamEnded(error)
                throw error
            }
        }
    }

    /// Shared by a stream and its iterators; its end is the reader's end.
    fileprivate final class Reader: Sendable {
        let channel: TokenChannel

        init(channel: TokenChannel) { self.channel = channel }

        deinit { channel.abandon() }
    }
}

/// Who is told how a `TokenStream` ended.
package protocol TokenStreamObserver: AnyObject, Sendable {
    /// - Parameter error: nil after a terminal frame that tells of none.
    func streamEnded(_ error: EngineError?)
}
