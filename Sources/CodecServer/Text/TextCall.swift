internal import CodecAPI

/// A request that is to be answered in text: by which model, and in what form.
struct TextCall: Sendable {
    /// How an answer ended, before its last bytes are sent.
    enum Outcome: Sendable {
        /// The writer as the stream left it; an error when the answer failed, or nobody read it to its end.
        case stream(any AnswerWriter, APIError?)
        case whole(any AnswerCollector)
    }

    enum Form: Sendable {
        /// Server-sent events.
        case events(any AnswerWriter)
        /// One JSON document.
        case document(any AnswerCollector)
    }

    typealias End = @Sendable (Outcome) async -> Void

    var request: ModelRequest
    var model: ServedModel
    var form: Form
    /// When text goes out; nil = as the model's engine has it.
    var flush: FlushPolicy?
    /// What the API calls the model's input, for errors that name a field.
    var promptField: String
    var whenEnded: End?
}
