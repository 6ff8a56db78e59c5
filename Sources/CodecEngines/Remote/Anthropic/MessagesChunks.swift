internal import CodecAPI
internal import CodecClient
internal import Synchronization

/// A streamed answer of Anthropic's API, event by event, as chunks.
final class MessagesChunks: ModelChunkSource {
    private struct State: Sendable {
        var events: UpstreamEvents
        var reader = MessagesAnswerReader()
        /// What was read already.
        var first: ModelChunk?
    }

    private let upstream: String
    // Only the one reader asks, so no one waits for the lock; it is there for the compiler to see that.
    private let state: Mutex<State?>

    /// Returns with the first chunk at hand.
    /// - Throws: what `next` throws, and `cancelled`.
    init(_ events: UpstreamEvents, upstream: String) async throws(EngineError) {
        self.upstream = upstream
        var state = State(events: events)
        state.first = try await Self.read(&state, upstream)
        self.state = Mutex(state)
    }

    func next() async throws(EngineError) -> ModelChunk? {
        // The state is out while the reader waits, and for good once the answer has ended.
        guard var current = state.withLock({ $0.take() }) else { return nil }
        let chunk: ModelChunk
        if let first = current.first.take() {
            chunk = first
        } else {
            do throws(EngineError) {
                chunk = try await Self.read(&current, upstream)
            } catch {
                if error.code == .cancelled { return nil }
                throw error
            }
        }
        if case .finish? = chunk.events.last { return chunk }
        let rest = current
        state.withLock { $0 = rest }
        return chunk
    }

    /// The next chunk, which there is, since the answer has not ended.
    private static func read(
        _ state: inout State, _ upstream: String
    ) async throws(EngineError) -> ModelChunk {
        while let event = try await state.events.next() {
            do throws(AnswerError) {
                if let chunk = try state.reader.append(data: event.bytes) { return chunk }
            } catch {
                throw MessagesUpstream.failure(error, of: upstream)
            }
        }
        throw MessagesUpstream.failure(
            .malformed("The stream ended before its 'message_stop'."), of: upstream)
    }
}

/// An answer of Anthropic's API that came whole: one chunk.
final class WholeMessage: ModelChunkSource {
    private let chunk: Mutex<ModelChunk?>

    init(_ chunk: ModelChunk) { self.chunk = Mutex(chunk) }

    func next() async throws(EngineError) -> ModelChunk? { chunk.withLock { $0.take() } }
}
