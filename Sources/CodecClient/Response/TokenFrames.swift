public import CodecCore

/// The frames of an answer, in order; the last one is terminal.
///
/// Read once. Leaving the loop, or cancelling the task that reads, closes the connection and so ends the
/// generation. A slow reader slows the server's sending of this stream only.
///
/// Errors: `truncated` when the body ends before its terminal frame, `malformed` naming the offset in the
/// decompressed body, `timeout`, `cancelled`.
public struct TokenFrames: AsyncSequence, Sendable {
    public typealias Element = TokenFrame
    public typealias Failure = ClientError

    let body: ResponseBody
    let format: FrameFormat
    /// Which ranks the ids of a compact stream have.
    let ranks: RankTable?

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reader: body.takeReader(), decoder: FrameDecoder(format: format, ranks: ranks))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var reader: BodyReader?
        private var decoder: FrameDecoder
        /// The terminal frame was read: whatever breaks now, the completion is whole.
        private var complete = false
        private var ended = false

        init(reader: BodyReader?, decoder: FrameDecoder) {
            self.reader = reader
            self.decoder = decoder
        }

        public mutating func next() async throws(ClientError) -> TokenFrame? {
            guard !ended else { return nil }
            guard reader != nil else { throw ClientError(.alreadyRead, "a stream can be read once only") }
            do throws(ClientError) {
                while true {
                    if let frame = try decode({ (decoder) throws(FrameError) in try decoder.next() }) {
                        reader?.recorder.delivered(ids: frame.ids.count, isContent: !frame.ids.isEmpty)
                        complete = frame.done
                        return frame
                    }
                    let bytes = try await reader?.next()
                    if let bytes { decoder.append(bytes) }
                    if bytes == nil || complete {
                        try decode { (decoder) throws(FrameError) in try decoder.finish() }
                        end()
                        return nil
                    }
                }
            } catch {
                end()
                if complete, error.code != .malformed { return nil }
                throw error
            }
        }

        /// Closes the connection if the body has not come to its end.
        private mutating func end() {
            reader = nil
            ended = true
        }

        private mutating func decode<Result>(
            _ body: (inout FrameDecoder) throws(FrameError) -> Result
        ) throws(ClientError) -> Result {
            do throws(FrameError) {
                return try body(&decoder)
            } catch {
                throw ClientError(frame: error)
            }
        }
    }
}
