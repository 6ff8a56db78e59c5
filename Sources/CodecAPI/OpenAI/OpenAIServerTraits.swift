/// In what the servers that have OpenAI's chat and completions routes differ.
package struct OpenAIServerTraits: Sendable, Equatable {
    /// The chat field for the most new tokens.
    package var limitField = "max_tokens"
    /// Whether a chat template makes the prompt: most know no `developer`, take one system message at the front, and want
    /// the turns of user and assistant to alternate.
    package var hasTemplate = true
    /// What an assistant's earlier thoughts are called in a message; none: the server has no place for them.
    package var reasoningFields: [String] = []
    /// Whether `chat_template_kwargs` reach the template, where `enable_thinking` switches thinking on and off.
    package var takesTemplateArguments = false
    /// Whether `reasoning_effort` is one of them, and no field of its own.
    package var takesEffortAsTemplateArgument = false
    /// Whether it samples by `top_k` and `min_p`.
    package var takesTopK = false
    /// What it calls the repetition penalty; nil: it has none.
    package var repetitionField: String?
    /// Whether ids come with the answer when asked for (vLLM's `return_token_ids`).
    package var returnsTokenIDs = false
    /// Whether `tool_choice` can name the tools that may be called (`allowed_tools`).
    package var takesAllowedTools = false
    /// Whether `/v1/completions` takes `response_format`.
    package var constrainsCompletions = false

    private init() {}

    /// Any server that speaks chat completions, by what all of them know.
    package static let compatible = OpenAIServerTraits()

    package static let openAI = with {
        $0.limitField = "max_completion_tokens"
        $0.hasTemplate = false
        $0.takesAllowedTools = true
    }

    package static let vllm = with {
        // Its newer versions read the first, the older the second.
        $0.reasoningFields = ["reasoning", "reasoning_content"]
        $0.takesTemplateArguments = true
        $0.takesTopK = true
        $0.repetitionField = "repetition_penalty"
        $0.returnsTokenIDs = true
        $0.constrainsCompletions = true
    }

    package static let sglang = with {
        $0.reasoningFields = ["reasoning_content"]
        $0.takesTemplateArguments = true
        $0.takesTopK = true
        $0.repetitionField = "repetition_penalty"
        $0.constrainsCompletions = true
    }

    package static let llama = with {
        $0.reasoningFields = ["reasoning_content"]
        $0.takesTemplateArguments = true
        $0.takesEffortAsTemplateArgument = true
        $0.takesTopK = true
        $0.repetitionField = "repeat_penalty"
        $0.constrainsCompletions = true
    }

    /// Another server of this kind.
    package static let codec = with {
        $0.limitField = "max_completion_tokens"
        $0.hasTemplate = false
        $0.reasoningFields = ["reasoning_content"]
        $0.takesTopK = true
        $0.repetitionField = "repetition_penalty"
        $0.takesAllowedTools = true
        $0.constrainsCompletions = true
    }

    private static func with(_ change: (inout OpenAIServerTraits) -> Void) -> OpenAIServerTraits {
        var traits = OpenAIServerTraits()
        change(&traits)
        return traits
    }
}
