/// An API that a server answers in; health, metrics and the documents of `/.well-known/codec` belong to none.
public enum Front: String, Sendable, CaseIterable {
    /// OpenAI's `/v1/responses`.
    case responses
    /// Anthropic's `/v1/messages`.
    case messages
    /// OpenAI's `/v1/chat/completions`.
    case chat
    /// OpenAI's `/v1/completions`.
    case completions
    /// Bodies of ids: `/v1/completions/codec`.
    case codec
}
