/// What kind of server an upstream is: how it is asked, and whether it tells ids.
public enum UpstreamKind: String, Sendable, CaseIterable {
    /// vLLM's OpenAI routes, with `return_token_ids`.
    case vllm
    /// SGLang's `/generate` and OpenAI routes.
    case sglang
    /// llama.cpp's llama-server.
    case llama
    /// Another Codec server.
    case codec
    /// Any server of OpenAI's chat API; it tells no ids.
    case openai
    /// Any server of Anthropic's Messages API; it tells no ids.
    case anthropic
}
