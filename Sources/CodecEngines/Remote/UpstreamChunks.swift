package import CodecAPI
internal import CodecClient
import Synchronization

/// Reads an upstream's API: the data of its events as chunks of an answer.
package protocol UpstreamAnswerReader: Sendable {
    /// - Returns: nil where there is nothing to pass on.
    mutating func append(data: [UInt8]) throws(AnswerError) -> ModelChunk?

    /// The stream has ended cleanly; throws when the answer has not.
    mutating func finish() throws(AnswerError) -> ModelChunk?
}

extension OpenAIAnswerReader: UpstreamAnswerReader {}

/// An upstream's streamed answer as chunks.
package final class UpstreamChunks<Reader: UpstreamAnswerReader>: ModelChunkSource {
    private struct State: Sendable {
        var events: UpstreamEvents
        var reader: Reader
        var first: ModelChunk?
    }

    // Only the one reader asks; the lock is never waited for.
    private let state: Mutex<State?>
    private let upstream: String

    /// Waits for the first chunk, so that a failure before it is the request's.
    package init(_ events: UpstreamEvents, _ reader: Reader) async throws(EngineError) {
        var state = State(events: events, reader: reader)
        state.first = try await Self.next(&state, of: events.upstream)
        self.state = Mutex(state)
        upstream = events.upstream
    }

    package func next() async throws(EngineError) -> ModelChunk? {
        // The state is out while the reader waits: another reader would find nothing.
        guard var current = state.withLock({ $0.take() }) else { return nil }
        let chunk: ModelChunk
        if let first = current.first.take() {
            chunk = first
        } else {
            do throws(EngineError) {
                chunk = try await Self.next(&current, of: upstream)
            } catch {
                if error.code == .cancelled { return nil }
                throw error
            }
        }
        if case .finish? = chunk.events.last {
            current.events.drain()
        } else {
            let rest = current
            state.withLock { $0 = rest }
        }
        return chunk
    }

    private static func next(_ state: inout State, of upstream: String) async throws(EngineError)
        -> ModelChunk
    {
        while true {
            let event = try await state.events.next()
            do throws(AnswerError) {
                if let event {
                    if let chunk = try state.reader.append(data: event.bytes) { return chunk }
                } else {
                    guard let chunk = try state.reader.finish() else {
                        throw .malformed("The stream ended before the answer did.")
                    }
                    return chunk
                }
            } catch {
                throw EngineError(error, of: upstream)
            }
        }
    }
}

/// An answer that is whole already.
package final class WholeAnswerChunk: ModelChunkSource {
    private let chunk: Mutex<ModelChunk?>

    package init(_ chunk: ModelChunk) { self.chunk = Mutex(chunk) }

    package func next() async throws(EngineError) -> ModelChunk? { chunk.withLock { $0.take() } }
}
