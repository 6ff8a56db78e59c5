public import CodecCore

/// A message of a conversation.
public struct ChatMessage: Sendable, Equatable {
    /// `system`, `user`, `assistant`, `tool`, …: what the model's template knows.
    public var role: String
    public var content: String
    /// The tools that the assistant called with this message.
    public var toolCalls: [ToolCall]
    /// The call that a message of the role `tool` answers.
    public var toolCallID: String?
    /// The name of the tool that a message of the role `tool` comes from.
    public var toolName: String?

    public init(
        role: String, content: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil,
        toolName: String? = nil
    ) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
        self.toolName = toolName
    }
}
