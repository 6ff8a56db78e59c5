/// Turns a model's events into the bytes of a streamed answer of one API.
///
/// A state machine without I/O: each call appends what is to be sent now, whole server-sent events only.
package protocol AnswerWriter: Sendable {
    /// What stands before all that the model does; called once, before everything else.
    mutating func begin(into output: inout [UInt8])

    /// The next chunk of the model's answer; a chunk with `finish` also ends the body.
    mutating func append(_ chunk: ModelChunk, into output: inout [UInt8])

    /// What shows every reader of this API that the stream is alive, and changes nothing.
    mutating func keepAlive(into output: inout [UInt8])

    /// Tells the reader that the answer failed; ends the body.
    mutating func fail(_ error: APIError, into output: inout [UInt8])

    /// Whether a body that ends cleanly after `fail` can be taken for a complete answer by no reader of this API.
    var failsCleanly: Bool { get }
}

/// Gathers a model's events into the one document of an answer that is not streamed.
package protocol AnswerCollector: Sendable {
    mutating func append(_ chunk: ModelChunk)

    /// The document's JSON, once a chunk with `finish` has come.
    func document() -> [UInt8]
}
