internal import CodecClient
internal import CodecCompression
package import NIOCore
import Synchronization

/// The body of an upstream's answer, read once, by one reader at a time.
///
/// Dropping it before its end, or cancelling the task that reads, closes the connection and so ends the upstream's work.
package final class UpstreamAnswerBody: Sendable {
    /// What only the one who reads touches.
    private struct State {
        var source: UpstreamTransport.Body?
        var decoder: BodyDecoder?
        var bytes = 0
    }

    // `isReading` keeps all but one away.
    nonisolated(unsafe) private var state: State
    private let isReading = Atomic(false)
    private let connection: UpstreamConnection
    private let end: ContinuousClock.Instant

    init(
        _ body: UpstreamTransport.Body, of connection: UpstreamConnection, encoding: ContentEncoding,
        end: ContinuousClock.Instant
    ) {
        let limits = DecompressionLimits(outputBytes: connection.configuration.limits.answerBytes)
        state = State(
            source: body,
            decoder: encoding == .identity ? nil : BodyDecoder(encoding: encoding, limits: limits))
        self.connection = connection
        self.end = end
    }

    var upstream: String { connection.name }
    var eventBytes: Int { connection.configuration.limits.eventBytes }

    /// What came with one look at the network, decompressed, never empty; nil at the end of a complete body.
    /// - Throws: `upstreamFailed` for a body that is cut, too long or not what its encoding says; `upstreamTimeout`;
    ///   `cancelled`.
    package func next() async throws(EngineError) -> ByteBuffer? {
        guard !isReading.exchange(true, ordering: .acquiring) else {
            throw EngineError(.invalidRequest, "An upstream's answer has one reader at a time.")
        }
        defer { isReading.store(false, ordering: .releasing) }
        do throws(ClientError) {
            while state.source != nil {
                guard let part = try await receive() else {
                    state.source = nil
                    try state.decoder?.finish()
                    return nil
                }
                if let part = try decode(part) { return part }
            }
            return nil
        } catch {
            state.source = nil
            throw connection.failure(error)
        }
    }

    /// Reads to the end, if that is near, so that the connection can be used again; nobody waits for it.
    func drain() {
        guard !isReading.exchange(true, ordering: .acquiring) else { return }
        let source = state.source
        if case .direct(let answer) = source {
            answer.drain()
            state.source = nil
        }
        isReading.store(false, ordering: .releasing)
        guard case .proxied = source else { return }
        Task {
            var parts = 0
            while parts < 8, let part = try? await next(), part.readableBytes < 64 << 10 { parts += 1 }
        }
    }

    private func receive() async throws(ClientError) -> ByteBuffer? {
        let part = try await state.source?.next()
        if ContinuousClock.now > end {
            throw ClientError(.timeout, "the answer took longer than \(connection.configuration.limits.time)")
        }
        return part
    }

    private func decode(_ part: ByteBuffer) throws(ClientError) -> ByteBuffer? {
        guard state.decoder == nil else {
            let bytes = try state.decoder?.decode(Array(part.readableBytesView)) ?? []
            return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
        }
        state.bytes += part.readableBytes
        guard state.bytes <= connection.configuration.limits.answerBytes else {
            throw ClientError(
                .tooLarge, "the answer has more than \(connection.configuration.limits.answerBytes) bytes")
        }
        return part.readableBytes == 0 ? nil : part
    }
}
