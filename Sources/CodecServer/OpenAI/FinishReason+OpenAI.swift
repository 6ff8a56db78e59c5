internal import CodecCore

extension FinishReason? {
    /// What OpenAI's clients call the reason; an unknown one counts as a stop.
    var openAIName: String {
        switch self {
        case .some(.length): "length"
        case .some(.policyViolation): "content_filter"
        default: "stop"
        }
    }
}
