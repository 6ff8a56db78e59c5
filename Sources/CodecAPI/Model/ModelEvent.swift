package import CodecCore

/// What a model does while it answers, in the order in which it does it.
///
/// An answer's events end with exactly one `finish`; what ends otherwise is a failure.
package enum ModelEvent: Sendable, Equatable {
    /// More text of the answer.
    case text(String)
    /// More of what the model thinks.
    case reasoning(String)
    /// The thought so far is signed (Anthropic's `signature`).
    case reasoningSignature(String)
    /// Thinking that only its maker can read.
    case redactedReasoning(String)
    /// More of what the model says in place of an answer.
    case refusal(String)
    /// A call begins; `index` counts the answer's calls from 0.
    case toolCall(index: Int, id: String, name: String)
    /// More of a call's arguments, which together are a JSON text.
    case toolArguments(index: Int, String)
    /// What the tokens of the text that came with the same chunk cost.
    case logprobs([TokenLogprob])
    /// What is counted so far; later ones replace earlier ones.
    case usage(ModelUsage)
    /// The end.
    case finish(ModelFinish)
}

/// One step of an answer: some events, and how the upstream itself told them.
package struct ModelChunk: Sendable, Equatable {
    package var events: [ModelEvent]
    /// The ids that the events were made of, where they were made here.
    package var ids: [TokenID]
    package var original: OriginalChunk?

    package init(_ events: [ModelEvent], ids: [TokenID] = [], original: OriginalChunk? = nil) {
        self.events = events
        self.ids = ids
        self.original = original
    }
}

/// What an upstream sent, for a client of the same API.
package struct OriginalChunk: Sendable, Equatable {
    package var dialect: Dialect
    /// The data of one server-sent event, or, where the answer is not streamed, the whole document: JSON either way.
    package var json: [UInt8]

    package init(_ dialect: Dialect, json: [UInt8]) {
        self.dialect = dialect
        self.json = json
    }
}

/// Why an answer ended.
package enum ModelFinish: Sendable, Equatable {
    /// The model had said all.
    case stop
    /// One of the request's stop texts came; nil where the upstream does not tell which.
    case stopSequence(String?)
    /// The limit on new tokens, or the end of the context.
    case length
    /// The model waits for the results of its calls.
    case toolCalls
    /// The upstream held back what the model said.
    case contentFilter
    /// The model declined.
    case refusal
    /// The server paused the model's turn; it goes on when asked to (Anthropic's `pause_turn`).
    case pause
}

package struct ModelUsage: Sendable, Equatable {
    /// Tokens of the prompt, those from caches included.
    package var inputTokens: Int
    /// New tokens, those of reasoning and calls included.
    package var outputTokens: Int
    /// Of the prompt's tokens: read from a cache.
    package var cachedTokens: Int
    /// Of the prompt's tokens: written to a cache.
    package var cacheWriteTokens: Int
    /// Of the new tokens: reasoning.
    package var reasoningTokens: Int

    package init(
        inputTokens: Int, outputTokens: Int, cachedTokens: Int = 0, cacheWriteTokens: Int = 0,
        reasoningTokens: Int = 0
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cachedTokens = cachedTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.reasoningTokens = reasoningTokens
    }

    package var totalTokens: Int { inputTokens &+ outputTokens }
}

package struct TokenLogprob: Sendable, Equatable {
    package var token: String
    /// The token's bytes; nil where the upstream does not tell.
    package var bytes: [UInt8]?
    /// Natural logarithm.
    package var logprob: Double
    /// The likeliest tokens at this place, with no alternatives of their own.
    package var alternatives: [TokenLogprob]

    package init(token: String, bytes: [UInt8]? = nil, logprob: Double, alternatives: [TokenLogprob] = []) {
        self.token = token
        self.bytes = bytes
        self.logprob = logprob
        self.alternatives = alternatives
    }
}
