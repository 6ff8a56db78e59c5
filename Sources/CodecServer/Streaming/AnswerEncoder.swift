internal import CodecEngines

/// Turns a stream's packed items into the body's bytes, in one of the forms that an answer may have.
protocol AnswerEncoder: Sendable {
    associatedtype P: Packer

    /// Appends what stands before all items.
    mutating func begin(_ output: inout [UInt8])

    /// Appends the bytes of items; of the last ones also what ends the body.
    mutating func append(_ items: [P.Item], to output: inout [UInt8])

    /// Appends something that shows that the stream is alive and that every reader skips, if there is such a
    /// thing.
    mutating func appendKeepAlive(to output: inout [UInt8])

    /// Appends what tells the reader that generation failed.
    mutating func appendFailure(_ error: EngineError, to output: inout [UInt8])

    /// Whether a body that ends after a failure ends cleanly: only where the form itself says that it failed.
    var failsCleanly: Bool { get }

    var progress: AnswerProgress { get }

    /// Called once when no more comes: after the last item, a failure, or a cut. What was appended is not sent before
    /// it returns.
    mutating func end() async
}

/// How far an answer has come, for the log and the metrics.
struct AnswerProgress: Sendable, Equatable {
    /// Tokens of the prompt; nil while that is not known.
    var promptTokens: Int?
    /// Tokens that the model made.
    var completionTokens = 0
    /// Items that were appended.
    var items = 0
    /// Why the model ended; nil before.
    var ending: String?
    /// The form's own last item said that the answer failed.
    var hasFailed = false

    /// Tokens of prompt and answer, as far as they are known.
    var tokens: Int { (promptTokens ?? 0) + completionTokens }
}
