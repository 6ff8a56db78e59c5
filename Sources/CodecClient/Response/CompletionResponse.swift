public import CodecCompression

/// A completion that has begun, as frames of ids.
public struct CompletionResponse: Sendable {
    /// The stream; to be read once.
    public let frames: TokenFrames
    /// The vocabulary of the ids, by the server's `Codec-Tokenizer-Map`.
    public let map: ContentHash?
    /// The model's own vocabulary where the server has translated the ids from it; nil where it has not.
    public let translatedFrom: ContentHash?
    /// How the body is compressed.
    public let encoding: ContentEncoding

    /// What the answer has cost so far.
    public var statistics: StreamStatistics { frames.body.recorder.current }
}

/// A completion that has begun, as text in server-sent events: what a server without frames speaks.
public struct TextResponse: Sendable {
    /// The stream; to be read once.
    public let chunks: TextChunks
    /// How the body is compressed.
    public let encoding: ContentEncoding

    /// What the answer has cost so far.
    public var statistics: StreamStatistics { chunks.body.recorder.current }
}
