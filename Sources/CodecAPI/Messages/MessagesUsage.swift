internal import CodecMaps

/// Token counts as this API tells them: tokens from and for caches are not among `input_tokens`.
struct MessagesUsage: Equatable {
    private var input = 0
    private var cacheRead = 0
    private var cacheWrite = 0
    private var output = 0
    private var reasoning = 0

    init() {}

    init(_ usage: ModelUsage) {
        cacheRead = max(0, usage.cachedTokens)
        cacheWrite = max(0, usage.cacheWriteTokens)
        input = max(0, usage.inputTokens &- cacheRead &- cacheWrite)
        output = max(0, usage.outputTokens)
        reasoning = max(0, usage.reasoningTokens)
    }

    /// Takes the counts that a `usage` object has; those that it leaves out stay.
    mutating func take(_ usage: JSONValue?) {
        input = usage?["input_tokens"]?.count ?? input
        cacheRead = usage?["cache_read_input_tokens"]?.count ?? cacheRead
        cacheWrite = usage?["cache_creation_input_tokens"]?.count ?? cacheWrite
        output = usage?["output_tokens"]?.count ?? output
        reasoning = usage?["output_tokens_details"]?["thinking_tokens"]?.count ?? reasoning
    }

    var usage: ModelUsage {
        ModelUsage(
            inputTokens: input &+ cacheRead &+ cacheWrite, outputTokens: output, cachedTokens: cacheRead,
            cacheWriteTokens: cacheWrite, reasoningTokens: reasoning)
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(json: #"{"input_tokens":"#)
        bytes.append(json: input)
        bytes.append(json: #","cache_creation_input_tokens":"#)
        bytes.append(json: cacheWrite)
        bytes.append(json: #","cache_read_input_tokens":"#)
        bytes.append(json: cacheRead)
        bytes.append(json: #","output_tokens":"#)
        bytes.append(json: output)
        if reasoning > 0 {
            bytes.append(json: #","output_tokens_details":{"thinking_tokens":"#)
            bytes.append(json: reasoning)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
