/// The events of an answer that have text or a finish reason, in order.
///
/// Read once; leaving the loop closes the connection. Errors are those of `TokenFrames`, and `refused`
/// when the server reports an error in the middle.
public struct TextChunks: AsyncSequence, Sendable {
    public typealias Element = TextChunk
    public typealias Failure = ClientError

    let body: ResponseBody

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: body.takeReader()) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var reader: BodyReader?
        private var parser = ServerSentEventParser()
        /// A finish reason or `[DONE]` was read: whatever breaks now, the completion is whole.
        private var complete = false
        private var ended = false

        init(reader: BodyReader?) {
            self.reader = reader
        }

        public mutating func next() async throws(ClientError) -> TextChunk? {
            guard !ended else { return nil }
            guard reader != nil else { throw ClientError(.alreadyRead, "a stream can be read once only") }
            do throws(ClientError) {
                while true {
                    while let event = parser.next() {
                        if let chunk = try read(event) { return chunk }
                    }
                    guard let bytes = try await reader?.next() else { break }
                    try append(bytes)
                }
                guard complete else {
                    throw ClientError(.truncated, "the stream ended before a finish reason")
                }
                end()
                return nil
            } catch {
                end()
                if complete, error.code != .malformed { return nil }
                throw error
            }
        }

        private mutating func read(_ event: ServerSentEvent) throws(ClientError) -> TextChunk? {
            if event.data == "[DONE]" {
                complete = true
                return nil
            }
            let chunk = try TextChunk(json: event.data)
            guard !chunk.text.isEmpty || chunk.finishReason != nil else { return nil }
            if chunk.finishReason != nil { complete = true }
            reader?.recorder.delivered(ids: 0, isContent: !chunk.text.isEmpty)
            return chunk
        }

        private mutating func append(_ bytes: [UInt8]) throws(ClientError) {
            do throws(ServerSentEventParser.TooLong) {
                try parser.append(bytes)
            } catch {
                throw ClientError(.malformed, "an event is longer than \(error.limit) bytes")
            }
        }

        /// Closes the connection if the body has not come to its end.
        private mutating func end() {
            reader = nil
            ended = true
        }
    }
}
