import CodecCore

/// The JSON body of a completion or chat request: OpenAI's fields, `stream_format` and `stream_options`.
struct CompletionBody: Encodable {
    var options: CompletionOptions
    /// Nil asks for server-sent events with text.
    var format: FrameFormat?

    /// The endpoint that takes such a body.
    var path: String {
        if case .messages = options.prompt { "/v1/chat/completions" } else { "/v1/completions" }
    }

    private enum Key: String, CodingKey {
        case prompt, messages, model, temperature, seed, stop, stream
        case maxTokens = "max_tokens"
        case topP = "top_p"
        case streamFormat = "stream_format"
        case streamOptions = "stream_options"
    }

    private struct StreamOptions: Encodable {
        var flush_ms: Int
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch options.prompt {
        case .text(let text): try fields.encode(text, forKey: .prompt)
        case .ids(let ids): try fields.encode(ids, forKey: .prompt)
        case .messages(let messages): try fields.encode(messages, forKey: .messages)
        }
        try fields.encodeIfPresent(options.model, forKey: .model)
        try fields.encodeIfPresent(options.maxTokens, forKey: .maxTokens)
        try fields.encodeIfPresent(options.temperature, forKey: .temperature)
        try fields.encodeIfPresent(options.topP, forKey: .topP)
        try fields.encodeIfPresent(options.seed, forKey: .seed)
        if !options.stop.isEmpty { try fields.encode(options.stop, forKey: .stop) }
        try fields.encode(true, forKey: .stream)
        try fields.encodeIfPresent(format?.name, forKey: .streamFormat)
        if let milliseconds = options.flushMilliseconds {
            try fields.encode(StreamOptions(flush_ms: milliseconds), forKey: .streamOptions)
        }
    }
}
