internal import CodecCore

extension FinishReason? {
    /// What OpenAI's clients call the reason; an unknown one counts as a stop.
    /// - Parameter hasCalls: Whether the model called tools, and then stopped by itself.
    func openAIName(hasCalls: Bool = false) -> String {
        switch self {
        case .some(.endOfSequence) where hasCalls: "tool_calls"
        case .some(.length): "length"
        case .some(.policyViolation): "content_filter"
        default: "stop"
        }
    }
}
