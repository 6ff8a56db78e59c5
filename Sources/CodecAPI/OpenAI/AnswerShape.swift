/// The constant parts of the objects of one answer: completions and chat differ in little else.
struct AnswerShape: Sendable {
    /// `{"id":…,"object":…,"created":…,"model":…,`
    let head: [UInt8]
    /// The same of an answer that is not streamed.
    let documentHead: [UInt8]

    init(_ dialect: Dialect, id: AnswerID, model: String) {
        let isChat = dialect == .chat
        head = Self.head(object: isChat ? "chat.completion.chunk" : "text_completion", id: id, model: model)
        documentHead = Self.head(object: isChat ? "chat.completion" : "text_completion", id: id, model: model)
    }

    private static func head(object: StaticString, id: AnswerID, model: String) -> [UInt8] {
        var head: [UInt8] = []
        head.append(json: #"{"id":"#)
        head.append(jsonString: id.text)
        head.append(json: #","object":""#)
        head.append(json: object)
        head.append(json: #"","created":"#)
        head.append(json: id.created)
        head.append(json: #","model":"#)
        head.append(jsonString: model)
        head.append(json: ",")
        return head
    }
}

extension [UInt8] {
    /// An answer's `usage`; details only where something was counted.
    mutating func append(_ usage: ModelUsage) {
        append(json: #"{"prompt_tokens":"#)
        append(json: usage.inputTokens)
        append(json: #","completion_tokens":"#)
        append(json: usage.outputTokens)
        append(json: #","total_tokens":"#)
        append(json: usage.totalTokens)
        if usage.cachedTokens != 0 || usage.cacheWriteTokens != 0 {
            append(json: #","prompt_tokens_details":{"cached_tokens":"#)
            append(json: usage.cachedTokens)
            if usage.cacheWriteTokens != 0 {
                append(json: #","cache_write_tokens":"#)
                append(json: usage.cacheWriteTokens)
            }
            append(json: "}")
        }
        if usage.reasoningTokens != 0 {
            append(json: #","completion_tokens_details":{"reasoning_tokens":"#)
            append(json: usage.reasoningTokens)
            append(json: "}")
        }
        append(json: "}")
    }
}
