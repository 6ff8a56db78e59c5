internal import CodecCore
internal import CodecEngines

/// Turns a stream's packed frames into the body's bytes, in one of the forms that an answer may have.
protocol AnswerEncoder {
    /// Appends the bytes of frames; of the last ones also what ends the body.
    mutating func append(_ frames: [TokenFrame], to output: inout [UInt8])

    /// Appends something that shows that the stream is alive and that every reader skips, if there is such a
    /// thing.
    mutating func appendKeepAlive(to output: inout [UInt8])

    /// Appends what tells the reader that generation failed.
    mutating func appendFailure(_ error: EngineError, to output: inout [UInt8])

    /// Whether a body that ends after a failure ends cleanly: only where the form itself says that it failed.
    var failsCleanly: Bool { get }
}

/// Frames as they are: no text is made.
struct FrameAnswer: AnswerEncoder {
    private var encoder: FrameEncoder

    /// - Parameter ranks: for the compact format.
    init(_ format: FrameFormat, ranks: RankTable?) {
        encoder = FrameEncoder(format: format, ranks: ranks)
    }

    /// A terminal frame with `error` is told from a cut.
    var failsCleanly: Bool { true }

    mutating func append(_ frames: [TokenFrame], to output: inout [UInt8]) {
        for frame in frames { encoder.encode(frame, into: &output) }
    }

    mutating func appendKeepAlive(to output: inout [UInt8]) {}

    mutating func appendFailure(_ error: EngineError, to output: inout [UInt8]) {
        encoder.encode(TokenFrame(done: true, finishReason: .error), into: &output)
    }
}
