/// An API that models are asked in.
package enum Dialect: String, Sendable, CaseIterable {
    /// OpenAI's `/v1/completions`.
    case completions
    /// OpenAI's `/v1/chat/completions`.
    case chat
    /// OpenAI's `/v1/responses`.
    case responses
    /// Anthropic's `/v1/messages`.
    case messages
}
