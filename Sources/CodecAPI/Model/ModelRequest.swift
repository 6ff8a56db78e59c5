package import CodecCore
package import CodecMaps
package import HTTPTypes

/// The one internal form of a request for a model's answer, whatever API it came in by.
///
/// What a field does not say, the model's server decides. A field that an upstream has no place for is refused by the
/// adapter that writes the upstream's request, or left out where `docs/gateway.md` says so.
package struct ModelRequest: Sendable, Equatable {
    /// The name that the client used; nil = the server's default model.
    package var model: String?
    package var input: ModelInput
    package var tools: [ModelTool] = []
    package var toolChoice: ToolChoice?
    package var parallelToolCalls: Bool?
    /// At most so many new tokens, reasoning included.
    package var maxTokens: Int?
    package var sampling = SamplingOptions()
    /// Texts that end the answer; they are not part of it.
    package var stop: [String] = []
    package var textFormat: TextFormat?
    package var reasoning: ReasoningOptions?
    /// How many of the likeliest alternatives to tell beside each token's logprob; nil = no logprobs.
    package var topLogprobs: Int?
    /// Whether the answer is to come as a stream of events or whole, from the upstream as well.
    package var isStreamed = true
    /// The request as it came, for an upstream that speaks the same API: nothing of it is lost then.
    package var original: OriginalRequest?
    /// Full names of fields of `original` that have no other form here, and without which the request would mean
    /// something else: upstreams of other APIs must refuse it.
    package var nativeFields: [String] = []
    /// Names of fields of `original` without another form here that an answer can do without, like `metadata`: upstreams
    /// of other APIs are not told of them.
    package var hints: [String] = []

    package init(model: String? = nil, input: ModelInput) {
        self.model = model
        self.input = input
    }
}

/// What the model is to go on from.
package enum ModelInput: Sendable, Equatable {
    /// A conversation; the model writes the assistant's next message.
    case messages([ModelMessage])
    /// A text that the model continues.
    case text(String)
    /// Ids of the model's vocabulary that the model continues.
    case ids([TokenID])
}

/// A request's JSON in the API that it came in by.
package struct OriginalRequest: Sendable, Equatable {
    package var dialect: Dialect
    package var body: JSONValue
    /// Headers that belong to the request as its API has it and go on with it, like `anthropic-beta`; never keys.
    package var headers: HTTPFields

    package init(_ dialect: Dialect, _ body: JSONValue, headers: HTTPFields = [:]) {
        self.dialect = dialect
        self.body = body
        self.headers = headers
    }
}

extension ModelRequest {
    /// What an upstream of another API than the request's own is not told of, as `ModelStream.degradations` name it.
    /// - Throws: 400 that names the field when the request would mean something else without it.
    package func leavingOutHints() throws(APIError) -> [String] {
        if let field = nativeFields.first {
            throw .invalidRequest(
                "'\(field)' cannot be passed on: the model's server has another API.", param: field,
                code: "unsupported_parameter")
        }
        return hints.map { "ignored-\($0)" }
    }
}

/// How the next token is chosen; nil = the model's default.
package struct SamplingOptions: Sendable, Equatable {
    package var temperature: Double?
    package var topP: Double?
    package var topK: Int?
    package var minP: Double?
    package var frequencyPenalty: Double?
    package var presencePenalty: Double?
    package var repetitionPenalty: Double?
    package var seed: Int?

    package init() {}
}

/// What the answer's text has to be.
package enum TextFormat: Sendable, Equatable {
    /// Any JSON object.
    case jsonObject
    /// JSON of a schema.
    case jsonSchema(name: String?, schema: JSONValue, isStrict: Bool?)
}

/// Whether and how much the model thinks before it answers.
package struct ReasoningOptions: Sendable, Equatable {
    /// `minimal`, `low`, `medium`, `high`, …, as OpenAI names them.
    package var effort: String?
    /// At most so many tokens of thinking (Anthropic's `budget_tokens`).
    package var budget: Int?
    /// False where the client asks for no thinking at all.
    package var isEnabled: Bool?

    package init(effort: String? = nil, budget: Int? = nil, isEnabled: Bool? = nil) {
        self.effort = effort
        self.budget = budget
        self.isEnabled = isEnabled
    }
}
