internal import CodecAPI
internal import CodecCore
internal import CodecMaps

extension TokenOrder {
    /// Says everything about sampling: what is left out would be the server's default, not the request's.
    func addSampling(
        to body: inout JSONValue, limit limitField: String, penalty: String, allOfTopK: Int,
        seed: String = "seed"
    ) {
        body.set(limitField, limit.map { .integer($0) })
        body.set("temperature", JSONValue(sampling.temperature))
        body.set("top_p", JSONValue(sampling.topP))
        body.set("top_k", .integer(sampling.topK > 0 ? sampling.topK : allOfTopK))
        body.set("min_p", JSONValue(sampling.minP))
        body.set(penalty, JSONValue(sampling.repetitionPenalty))
        body.set(seed, sampling.seed.map { .integer(Int($0)) })
    }
}

extension JSONValue {
    /// The shortest number that means the same.
    fileprivate init(_ number: Float) {
        self = Int(exactly: number).map(JSONValue.integer) ?? .number("\(number)")
    }
}

extension UpstreamRequest {
    init(_ path: UpstreamPath, json: JSONValue) {
        var body: [UInt8] = []
        body.append(json: json)
        self.init(path, body: body)
    }
}

extension UpstreamConnection {
    /// The ids that a route of the server tells.
    func ids(_ field: String, of path: UpstreamPath, body: JSONValue) async throws(EngineError) -> [TokenID] {
        let document = try await json(path, body: body)
        do throws(AnswerError) {
            return try AnswerError.ids(document[field], of: field)
        } catch {
            throw EngineError(error, of: name)
        }
    }
}

extension AnswerError {
    /// A chunk's JSON, if it does not tell an error.
    static func document(_ data: [UInt8]) throws(AnswerError) -> JSONValue {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: data, limit: 4 << 20)
        } catch {
            throw .malformed("A chunk is no JSON: \(error.code.rawValue) (byte \(error.offset)).")
        }
        if let refusal = UpstreamRefusal(document) {
            throw .reported(message: refusal.message, type: refusal.type)
        }
        return document
    }

    /// An array of ids.
    static func ids(_ value: JSONValue?, of field: String) throws(AnswerError) -> [TokenID] {
        guard let elements = value?.array else { throw .malformed("There are no '\(field)'.") }
        var ids: [TokenID] = []
        ids.reserveCapacity(elements.count)
        for element in elements {
            guard let id = element.count.flatMap(TokenID.init(exactly:)) else {
                throw .malformed("'\(field)' holds what is no id.")
            }
            ids.append(id)
        }
        return ids
    }
}

extension ChatMessage {
    /// The message as OpenAI's API has it.
    var document: JSONValue {
        var message: JSONValue = ["role": .string(role), "content": .string(content)]
        if !toolCalls.isEmpty {
            message.set(
                "tool_calls",
                .array(
                    toolCalls.map { call in
                        [
                            "id": .string(call.id ?? ""), "type": "function",
                            "function": [
                                "name": .string(call.name ?? ""), "arguments": .string(call.argumentsJSON),
                            ],
                        ]
                    }))
        }
        message.set("tool_call_id", toolCallID.map { .string($0) })
        message.set("name", toolName.map { .string($0) })
        return message
    }
}
