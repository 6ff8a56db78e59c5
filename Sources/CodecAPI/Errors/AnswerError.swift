/// Why what an upstream sent is no answer.
package enum AnswerError: Error, Sendable, Equatable {
    /// It is not what the API sends: broken JSON, a wrong type, an order that cannot be, no end. A sentence.
    case malformed(String)
    /// The upstream says itself that it failed: its message, and its name for the kind of failure.
    case reported(message: String, type: String?)
}
