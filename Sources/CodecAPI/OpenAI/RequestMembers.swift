internal import CodecMaps

/// The members of a body for an upstream with OpenAI's routes: what chat and completions have in common.
struct RequestMembers {
    /// Fields of this protocol's own, which only its own servers know.
    static let ownFields = ["stream_format", "tool_watcher"]
    /// Members of `stream_options` of this protocol's own.
    static let ownStreamOptions = ["flush_ms", "max_ids"]

    private(set) var members: [JSONValue.Member] = []

    /// Adds a member; nothing at all for nil.
    mutating func add(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        members.append(.init(name: name, value: value))
    }

    mutating func add(_ name: String, _ number: Double?) { add(name, number.map { JSONValue($0) }) }

    mutating func add(_ name: String, _ number: Int?) { add(name, number.map { .integer($0) }) }

    /// How the answer is to come, with its usage either way.
    mutating func addDelivery(isStreamed: Bool) {
        guard isStreamed else { return }
        add("stream", true)
        add("stream_options", ["include_usage": true])
    }

    /// - Throws: 400 that names the field which the server has no place for.
    mutating func addSampling(of request: ModelRequest, traits: OpenAIServerTraits) throws(APIError) {
        let sampling = request.sampling
        add("temperature", sampling.temperature)
        add("top_p", sampling.topP)
        add("frequency_penalty", sampling.frequencyPenalty)
        add("presence_penalty", sampling.presencePenalty)
        add("seed", sampling.seed)
        guard traits.takesTopK || sampling.topK == nil else { throw .unsupportedUpstream("top_k") }
        guard traits.takesTopK || sampling.minP == nil else { throw .unsupportedUpstream("min_p") }
        // Not every server takes 0 for "all".
        add("top_k", sampling.topK.map { $0 == 0 ? -1 : $0 })
        add("min_p", sampling.minP)
        if let penalty = sampling.repetitionPenalty {
            guard let field = traits.repetitionField else { throw .unsupportedUpstream("repetition_penalty") }
            add(field, penalty)
        }
        if !request.stop.isEmpty { add("stop", .array(request.stop.map { .string($0) })) }
    }

    mutating func add(_ format: TextFormat?) {
        switch format {
        case .jsonObject: add("response_format", ["type": "json_object"])
        case .jsonSchema(let name, let schema, let isStrict):
            var inner: JSONValue = ["name": .string(name ?? "answer"), "schema": schema]
            inner.set("strict", isStrict.map { .bool($0) })
            add("response_format", ["type": "json_schema", "json_schema": inner])
        case nil: break
        }
    }

    /// The object as JSON.
    var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(json: .object(members))
        return bytes
    }

    /// A body of the same API as it came, but for the model's name, the way of delivery, and what is this protocol's own.
    static func passedOn(
        _ original: JSONValue, model: String, isStreamed: Bool, traits: OpenAIServerTraits
    ) -> [UInt8] {
        var body = original
        body.set("model", .string(model))
        body.set("stream", isStreamed ? true : nil)
        var options = original["stream_options"] ?? [:]
        for field in ownStreamOptions { options.set(field, nil) }
        options.set("include_usage", true)
        body.set("stream_options", isStreamed ? options : nil)
        for field in ownFields { body.set(field, nil) }
        if traits.returnsTokenIDs { body.set("return_token_ids", true) }
        var bytes: [UInt8] = []
        bytes.append(json: body)
        return bytes
    }
}

extension APIError {
    /// A field that the model's server has no place for.
    package static func unsupportedUpstream(_ field: String) -> APIError {
        invalidRequest(
            "'\(field)' is not to be had from this model's server.", param: field,
            code: "unsupported_parameter")
    }
}
