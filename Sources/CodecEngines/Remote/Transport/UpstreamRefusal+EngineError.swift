extension UpstreamRefusal {
    /// What the refusal means for who asked.
    package func error(of upstream: String) -> EngineError {
        let code = engineCode
        // Who asked is told what is wrong with a request in the upstream's words; the rest is the operator's affair too.
        let isAboutRequest = [.invalidRequest, .contextOverflow, .contentRefused, .modelNotFound].contains(
            code)
        let said = message.isEmpty ? "no reason given" : message
        let answered = status.map { "answered \($0)" } ?? "sent an error"
        return EngineError(
            code, isAboutRequest ? said : "\(upstream) \(answered): \(said)",
            parameter: isAboutRequest ? parameter : nil, retryAfter: retryAfter, upstream: upstream)
    }

    private var engineCode: EngineError.Code {
        if isAboutContext { return .contextOverflow }
        switch code ?? "" {
        case "content_filter", "content_policy_violation": return .contentRefused
        case "insufficient_quota": return .quotaExceeded
        case "model_not_found": return .modelNotFound
        case "rate_limit_exceeded": return .rateLimited
        default: break
        }
        switch type ?? "" {
        case "insufficient_quota", "billing_error": return .quotaExceeded
        case "rate_limit_error": return .rateLimited
        case "overloaded_error", "unavailable_error": return .modelUnavailable
        case "timeout_error": return .upstreamTimeout
        case "authentication_error", "permission_error": return .upstreamUnauthorized
        default: break
        }
        let words = message.lowercased()
        switch status {
        case 400 where words.contains("credit balance"), 402: return .quotaExceeded
        case 400, 413, 422: return .invalidRequest
        case 401, 403: return .upstreamUnauthorized
        case 404: return words.contains("model") ? .modelNotFound : .upstreamFailed
        case 408, 504: return .upstreamTimeout
        case 429: return .rateLimited
        case 503, 529: return .modelUnavailable
        case nil where type == "invalid_request_error" || type == "BadRequestError": return .invalidRequest
        default: return .upstreamFailed
        }
    }

    /// The prompt is too long: a code of OpenAI's, a type of llama.cpp's, words elsewhere.
    private var isAboutContext: Bool {
        if code == "context_length_exceeded" || type == "exceed_context_size_error" { return true }
        guard status == nil || status == 400 || status == 413 || status == 422 else { return false }
        let words = message.lowercased()
        return Self.contextWords.contains { $0.allSatisfy(words.contains) }
    }

    private static let contextWords = [
        // vLLM, OpenAI, SGLang
        ["maximum context length"], ["model's context length", "longer"], ["context length", "exceed"],
        // Anthropic
        ["prompt is too long"], ["input length", "exceed context limit"],
        // llama.cpp
        ["exceed", "context size"],
    ]
}
