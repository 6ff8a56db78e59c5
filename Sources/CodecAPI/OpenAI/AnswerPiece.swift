internal import CodecCore

/// What one JSON object of an answer with OpenAI's routes says: a chunk of a stream, or a whole document.
struct AnswerPiece {
    /// A part of a tool call as it is written.
    struct CallPart {
        var index: Int?
        var id: String?
        var name: String?
        var arguments: String?
    }

    /// The first choice; others are not asked for.
    struct Choice {
        var index = 0
        var text: String?
        var reasoning: String?
        var refusal: String?
        var calls: [CallPart] = []
        /// The form of `calls` that was before them.
        var functionCall: CallPart?
        var logprobs: [TokenLogprob] = []
        var finishReason: String?
        /// The stop text that came.
        var stopText: String?
        var tokenIDs: [TokenID] = []
        var promptTokenIDs: [TokenID]?
    }

    /// Nil where the object has none at all.
    var choiceCount: Int?
    var choice: Choice?
    var usage: ModelUsage?
    var promptTokenIDs: [TokenID]?
    var error: AnswerError?
}
