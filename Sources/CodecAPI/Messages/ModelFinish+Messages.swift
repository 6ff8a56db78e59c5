extension ModelFinish {
    /// - Parameters:
    ///   - reason: `stop_reason`; one that is not known counts as a plain end.
    ///   - sequence: `stop_sequence`.
    init(messagesReason reason: String, sequence: String?) {
        switch reason {
        case "max_tokens", "model_context_window_exceeded": self = .length
        case "stop_sequence": self = .stopSequence(sequence)
        case "tool_use": self = .toolCalls
        case "pause_turn": self = .pause
        case "refusal": self = .refusal
        default: self = .stop
        }
    }

    /// `stop_reason`.
    var messagesReason: String {
        switch self {
        case .stop: "end_turn"
        case .stopSequence: "stop_sequence"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter, .refusal: "refusal"
        case .pause: "pause_turn"
        }
    }

    /// `stop_sequence`.
    var messagesSequence: String? {
        if case .stopSequence(let sequence) = self { sequence } else { nil }
    }
}
