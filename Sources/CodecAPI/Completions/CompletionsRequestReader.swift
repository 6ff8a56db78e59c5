package import CodecMaps
internal import CodecCore

/// Reads the body of `POST /v1/completions`.
package enum CompletionsRequestReader {
    private static let ownFields: Set<String> = ["prompt", "echo", "tools", "tool_choice"]

    /// - Throws: 400 that names the field.
    package static func read(_ document: JSONValue) throws(APIError) -> ModelRequest {
        let fields = try RequestFields(document)
        let body = fields.body
        var request = ModelRequest(input: try input(body))
        try fields.read(into: &request, ownFields: ownFields)
        if try body.bool("echo") == true { throw .unsupported("echo") }
        if body["logprobs"] != .bool(false) { request.topLogprobs = try fields.alternatives("logprobs") }
        // Ours: a completion may be made to call a tool, which only a model behind ids can be asked for.
        request.tools = try ChatTools.tools(body)
        request.toolChoice = try ChatTools.choice(body, request.tools)
        request.original = OriginalRequest(.completions, document)
        return request
    }

    private static func input(_ body: JSONObject) throws(APIError) -> ModelInput {
        guard let value = body["prompt"] else {
            throw .invalidRequest(
                "'prompt' is required.", param: "prompt", code: "missing_required_parameter")
        }
        switch value {
        case .string(let text): return .text(text)
        case .array(let elements): return try input(elements)
        default: throw body.wrongType("prompt", value, "a string or an array of ids")
        }
    }

    /// Ids, or one prompt in an array of its own.
    private static func input(_ elements: [JSONValue]) throws(APIError) -> ModelInput {
        switch elements.first {
        case .some(.string), .some(.array):
            guard elements.count == 1 else {
                throw .invalidRequest(
                    "'prompt' must hold one prompt: this server makes one completion a request.",
                    param: "prompt", code: "unsupported_value")
            }
            if case .string(let text) = elements[0] { return .text(text) }
            return .ids(try ids(elements[0].array ?? []))
        default: return .ids(try ids(elements))
        }
    }

    private static func ids(_ elements: [JSONValue]) throws(APIError) -> [TokenID] {
        var ids: [TokenID] = []
        ids.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .integer(let number) = element, let id = TokenID(exactly: number) else {
                throw .invalidRequest(
                    "'prompt[\(index)]' must be an id, a whole number from 0 to 4294967295.", param: "prompt")
            }
            ids.append(id)
        }
        return ids
    }
}
