extension ModelFinish {
    /// What a `finish_reason` says.
    /// - Parameter stopText: the stop text that the server names beside it.
    /// - Throws: `reported` for a reason that is a failure.
    init(
        openAIName name: String, stopText: String?, hasCalls: Bool, hasRefusal: Bool
    ) throws(AnswerError) {
        switch name {
        case "length", "max_tokens": self = .length
        case "content_filter": self = .contentFilter
        case "error", "abort", "insufficient_system_resource":
            throw .reported(message: "The model's server ended the answer with '\(name)'.", type: name)
        // What other servers call an end is an end; with calls it waits for their results, whatever it is called.
        default:
            if hasCalls {
                self = .toolCalls
            } else if hasRefusal {
                self = .refusal
            } else {
                self = stopText.map { .stopSequence($0) } ?? .stop
            }
        }
    }

    /// What OpenAI's clients call the reason.
    var openAIName: StaticString {
        switch self {
        case .stop, .stopSequence, .refusal, .pause: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }
}
