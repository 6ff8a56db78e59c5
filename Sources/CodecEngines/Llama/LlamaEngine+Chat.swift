public import CodecCore

extension LlamaEngine {
    public func renderChat(
        _ messages: [ChatMessage], tools: [ToolDefinition]
    ) throws(EngineError) -> [Tokenizer.Segment] {
        guard let chatTemplate else {
            throw EngineError(
                .invalidRequest, "The model '\(model.name)' has no chat template; send a prompt instead.",
                parameter: "messages")
        }
        return try chatTemplate.render(messages, tools: tools)
    }
}
