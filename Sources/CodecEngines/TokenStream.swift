public import CodecCore

/// A running completion: frames in order, the last one terminal.
///
/// Made of a bounded channel: an engine that runs ahead of a slow reader pauses that one stream.
public struct TokenStream: AsyncSequence, Sendable {
    public typealias Element = TokenFrame
    public typealias Failure = EngineError

    let channel: TokenChannel

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: channel) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let channel: TokenChannel

        /// The ids that wait, as one frame; suspends when there are none. Nil after the terminal frame.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(EngineError) -> TokenFrame? {
            try await channel.next()
        }

        public mutating func next() async throws(EngineError) -> TokenFrame? {
            try await channel.next()
        }
    }
}
