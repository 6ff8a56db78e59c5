internal import CodecAPI
internal import CodecCore

extension ChatMessage {
    /// A message as chat templates take it; one message of results becomes one for each.
    /// - Throws: `unsupported` for what is no text. What the assistant thought is left out, as the templates of thinking
    ///   models themselves do with earlier turns.
    static func messages(of message: ModelMessage) throws(EngineError) -> [ChatMessage] {
        var results: [ChatMessage] = []
        var chat = ChatMessage(role: role(message.role), content: "", toolName: message.name)
        for part in message.parts {
            switch part {
            case .text(let text), .refusal(let text): chat.content += text
            case .reasoning: break
            case .toolCall(let call):
                chat.toolCalls.append(
                    ToolCall(name: call.name, argumentsJSON: call.arguments, id: call.id))
            case .toolResult(let result):
                results.append(
                    ChatMessage(
                        role: "tool", content: try text(of: result.parts), toolCallID: result.callID))
            case .image, .file: throw textOnly()
            }
        }
        guard message.role == .tool else { return results + [chat] }
        return results
    }

    /// Newer clients call the system's role by another name.
    private static func role(_ role: ModelMessage.Role) -> String {
        role == .developer ? "system" : role.rawValue
    }

    private static func text(of parts: [MessagePart]) throws(EngineError) -> String {
        var text = ""
        for part in parts {
            guard case .text(let more) = part else { throw textOnly() }
            text += more
        }
        return text
    }

    private static func textOnly() -> EngineError {
        EngineError(.unsupported, "This model takes text only.", parameter: "messages")
    }
}
