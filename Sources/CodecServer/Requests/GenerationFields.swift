internal import CodecAPI
internal import CodecEngines
internal import CodecMaps

/// The fields that completions and chat share: how to choose ids, and when to stop.
struct GenerationFields: Sendable, Equatable {
    private static let stopLimit = 16
    private static let stopBytes = 4096

    var sampling: SamplingParameters
    var stop: [String]

    init(_ body: JSONObject) throws(APIError) {
        try Self.refuseUnsupported(body)
        sampling = SamplingParameters()
        if let value = try body.number("temperature", in: 0...2) { sampling.temperature = Float(value) }
        if let value = try body.number("top_p", in: 0...1) { sampling.topP = Float(value) }
        if let value = try body.number("min_p", in: 0...1) { sampling.minP = Float(value) }
        // -1 means "all" to other servers.
        if let value = try body.integer("top_k", in: -1...Int(Int32.max)) { sampling.topK = max(0, value) }
        if let value = try body.number("repetition_penalty", in: 0.01...100) {
            sampling.repetitionPenalty = Float(value)
        }
        if let value = try body.integer("seed", in: 0...Int.max) {
            // Clients send seeds of 64 bits; both halves count.
            sampling.seed = UInt32(truncatingIfNeeded: value ^ (value >> 32))
        }
        stop = try Self.stop(body)
    }

    private static func stop(_ body: JSONObject) throws(APIError) -> [String] {
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
        try check(stop: texts)
        return texts
    }

    /// - Throws: 400 for stop texts that no engine should be asked to look for.
    static func check(stop texts: [String]) throws(APIError) {
        guard texts.count <= stopLimit else {
            throw .invalidRequest("'stop' must have at most \(stopLimit) entries.", param: "stop")
        }
        for (index, text) in texts.enumerated() where text.isEmpty || text.utf8.count > stopBytes {
            throw .invalidRequest(
                "'stop[\(index)]' must have from 1 to \(stopBytes) bytes.", param: "stop")
        }
    }

    /// Fields that would change the answer and that we cannot honour: better refused than ignored.
    private static func refuseUnsupported(_ body: JSONObject) throws(APIError) {
        if let n = try body.integer("n", in: 1...Int(Int32.max)), n > 1 {
            throw .invalidRequest(
                "'n' must be 1: this server makes one completion a request.", param: "n",
                code: "unsupported_value")
        }
        if let n = try body.integer("best_of", in: 1...Int(Int32.max)), n > 1 {
            throw .unsupported("best_of")
        }
        if try body.bool("echo") == true { throw .unsupported("echo") }
        if let value = body["logprobs"], value != .bool(false) { throw .unsupported("logprobs") }
        if body["top_logprobs"] != nil { throw .unsupported("top_logprobs") }
        if let text = try body.string("suffix"), !text.isEmpty { throw .unsupported("suffix") }
        for field in ["presence_penalty", "frequency_penalty"] {
            if let penalty = try body.number(field, in: -2...2), penalty != 0 { throw .unsupported(field) }
        }
        if let bias = body["logit_bias"], bias != .object([]) { throw .unsupported("logit_bias") }
    }
}
