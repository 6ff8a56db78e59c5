package import CodecAPI

/// What answers requests in text: an upstream that is asked over HTTP, or a `TokenEngine` behind a detokenizer.
package protocol ModelEngine: Sendable {
    /// Starts an answer; returns with the upstream's first chunk at hand, so that whoever asks can still turn to another.
    ///
    /// The stream ends with exactly one chunk whose last event is `finish`, or throws. Dropping it, or cancelling the
    /// task that reads it, ends the upstream's work.
    /// - Throws: an error that names the field for what this upstream has no place for.
    func respond(to request: ModelRequest) async throws(EngineError) -> ModelStream

    /// The tokens of a request's input.
    /// - Throws: `unsupported` where the upstream cannot tell.
    func countTokens(of request: ModelRequest) async throws(EngineError) -> Int

    /// Ends what runs.
    func shutdown() async
}

/// Where a `ModelStream` gets its chunks. It has one reader at a time; its `deinit` ends the work behind it.
package protocol ModelChunkSource: AnyObject, Sendable {
    /// The next chunk; nil after the one with `finish`, and when the task is cancelled.
    func next() async throws(EngineError) -> ModelChunk?
}

/// A model's answer as it comes: chunks in order, the last one with `finish`.
package struct ModelStream: AsyncSequence, Sendable {
    package typealias Element = ModelChunk
    package typealias Failure = EngineError

    private let source: any ModelChunkSource
    /// What the upstream could not be told as the client said it, in words that are fit for a header (`Codec-Degraded`),
    /// like `prompt-as-message`; `docs/gateway.md` lists them.
    package let degradations: [String]

    package init(_ source: any ModelChunkSource, degradations: [String] = []) {
        self.source = source
        self.degradations = degradations
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: any ModelChunkSource

        package mutating func next() async throws(EngineError) -> ModelChunk? { try await source.next() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(EngineError) -> ModelChunk? { try await source.next() }
    }
}
