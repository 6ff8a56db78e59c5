internal import CodecMaps

/// Reads the fields that completions and chat requests have in common into a `ModelRequest`.
struct RequestFields {
    private static let mostStops = 16
    private static let longestStop = 4096
    private static let mostAlternatives = 20
    private static let longestHint = 40
    private static let mostHints = 16
    static let tokenLimit = 1...Int(Int32.max)

    /// What this protocol's own server reads, and what is read here.
    private static let known: Set<String> = [
        "model", "stream", "stream_options", "stream_format", "tool_watcher", "n", "temperature", "top_p",
        "top_k",
        "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "seed", "stop", "max_tokens",
        "response_format", "logprobs", "return_token_ids",
    ]
    /// What changes the answer, and has its place in the original only.
    private static let native: Set<String> = [
        "logit_bias", "prediction", "audio", "modalities", "web_search_options", "functions", "function_call",
        "suffix", "best_of", "guided_json", "guided_regex", "guided_choice", "guided_grammar",
        "structured_outputs",
        "grammar", "json_schema", "regex", "ebnf", "stop_token_ids", "min_tokens", "bad_words", "ignore_eos",
        "logits_processors", "prompt_logprobs", "allowed_token_ids",
    ]

    let body: JSONObject
    let document: JSONValue

    /// - Throws: 400 when the document is no object.
    init(_ document: JSONValue) throws(APIError) {
        body = try JSONObject(document: document)
        self.document = document
    }

    /// - Parameter ownFields: what the caller reads besides.
    func read(into request: inout ModelRequest, ownFields: Set<String>) throws(APIError) {
        if let n = try body.integer("n", in: Self.tokenLimit), n > 1 {
            throw .invalidRequest(
                "'n' must be 1: this server makes one completion a request.", param: "n",
                code: "unsupported_value")
        }
        request.model = try body.string("model")
        request.maxTokens = try body.integer("max_tokens", in: Self.tokenLimit)
        request.isStreamed = try body.bool("stream") ?? false
        request.sampling = try sampling()
        request.stop = try stop()
        request.textFormat = try textFormat()
        sort(into: &request, ownFields: ownFields)
    }

    private func sampling() throws(APIError) -> SamplingOptions {
        var sampling = SamplingOptions()
        sampling.temperature = try body.number("temperature", in: 0...2)
        sampling.topP = try body.number("top_p", in: 0...1)
        sampling.minP = try body.number("min_p", in: 0...1)
        // -1 means "all" to other servers.
        sampling.topK = try body.integer("top_k", in: -1...Int(Int32.max))
        sampling.repetitionPenalty = try body.number("repetition_penalty", in: 0.01...100)
        sampling.frequencyPenalty = try penalty("frequency_penalty")
        sampling.presencePenalty = try penalty("presence_penalty")
        sampling.seed = try body.integer("seed", in: 0...Int.max)
        return sampling
    }

    /// 0 is no penalty, which every server has.
    private func penalty(_ field: String) throws(APIError) -> Double? {
        try body.number(field, in: -2...2).flatMap { $0 == 0 ? nil : $0 }
    }

    private func stop() throws(APIError) -> [String] {
        guard let value = body["stop"] else { return [] }
        var texts: [String] = []
        switch value {
        case .string(let text): texts = [text]
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                guard case .string(let text) = element else {
                    throw .invalidRequest(
                        "'stop[\(index)]' must be a string, not \(element.kind).", param: "stop")
                }
                texts.append(text)
            }
        default: throw body.wrongType("stop", value, "a string or an array of strings")
        }
        try Self.check(stop: texts)
        return texts
    }

    /// - Throws: 400 for stop texts that no engine should be asked to look for.
    static func check(stop texts: [String]) throws(APIError) {
        guard texts.count <= mostStops else {
            throw .invalidRequest("'stop' must have at most \(mostStops) entries.", param: "stop")
        }
        for (index, text) in texts.enumerated() where text.isEmpty || text.utf8.count > longestStop {
            throw .invalidRequest(
                "'stop[\(index)]' must have from 1 to \(longestStop) bytes.", param: "stop")
        }
    }

    private func textFormat() throws(APIError) -> TextFormat? {
        guard let format = try body.object("response_format") else { return nil }
        switch try format.string("type") {
        case "text": return nil
        case "json_object": return .jsonObject
        case "json_schema":
            guard let inner = try format.object("json_schema"), let schema = inner["schema"] else {
                throw .invalidRequest(
                    "'response_format.json_schema.schema' is required.",
                    param: "response_format.json_schema.schema")
            }
            return .jsonSchema(
                name: try inner.string("name"), schema: schema, isStrict: try inner.bool("strict"))
        default:
            throw .invalidRequest(
                "'response_format.type' must be \"text\", \"json_object\" or \"json_schema\".",
                param: "response_format.type", code: "unsupported_value")
        }
    }

    /// How many alternatives a field asks for.
    func alternatives(_ field: String) throws(APIError) -> Int? {
        try body.integer(field, in: 0...Self.mostAlternatives)
    }

    /// Sorts the fields that have no other form into those that matter and those that do not.
    private func sort(into request: inout ModelRequest, ownFields: Set<String>) {
        guard case .object(let members) = document else { return }
        for member in members where !Self.known.contains(member.name) && !ownFields.contains(member.name) {
            guard !Self.saysNothing(member) else { continue }
            if Self.native.contains(member.name) {
                request.nativeFields.append(member.name)
            } else if request.hints.count < Self.mostHints, Self.isName(member.name) {
                request.hints.append(member.name)
            }
        }
    }

    /// Whether a field has the value that it has where it is absent.
    private static func saysNothing(_ member: JSONValue.Member) -> Bool {
        switch member.value {
        case .null, .bool(false), .array([]), .object([]), .string(""): true
        case .integer(let number): number == (member.name == "best_of" ? 1 : 0)
        case let value: member.name == "modalities" && value == ["text"]
        }
    }

    /// Whether a name may stand in a header.
    private static func isName(_ name: String) -> Bool {
        (1...longestHint).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
