package import CodecMaps

/// Reads the body of `POST /v1/chat/completions`.
package enum ChatRequestReader {
    private static let ownFields: Set<String> = [
        "messages", "max_completion_tokens", "top_logprobs", "tools", "tool_choice", "parallel_tool_calls",
        "reasoning_effort",
    ]

    /// - Throws: 400 that names the field.
    package static func read(_ document: JSONValue) throws(APIError) -> ModelRequest {
        let fields = try RequestFields(document)
        let body = fields.body
        var native: [String] = []
        var request = ModelRequest(input: .messages(try messages(body, &native)))
        try fields.read(into: &request, ownFields: ownFields)
        request.nativeFields += native
        if let limit = try body.integer("max_completion_tokens", in: RequestFields.tokenLimit) {
            request.maxTokens = limit
        }
        request.tools = try ChatTools.tools(body)
        request.toolChoice = try ChatTools.choice(body, request.tools)
        request.parallelToolCalls = try body.bool("parallel_tool_calls")
        if let effort = try body.string("reasoning_effort") {
            request.reasoning = ReasoningOptions(effort: effort, isEnabled: effort == "none" ? false : nil)
        }
        let alternatives = try fields.alternatives("top_logprobs")
        if try body.bool("logprobs") == true {
            request.topLogprobs = alternatives ?? 0
        } else if alternatives != nil {
            throw .invalidRequest("'top_logprobs' needs 'logprobs' to be true.", param: "top_logprobs")
        }
        request.original = OriginalRequest(.chat, document)
        return request
    }

    /// The names of a chat request's tools that take a text instead of JSON arguments, for the writers of its answer.
    package static func customTools(of request: ModelRequest) -> Set<String> {
        guard let original = request.original, original.dialect == .chat else { return [] }
        return ChatTools.customNames(in: original.body)
    }

    private static func messages(_ body: JSONObject, _ native: inout [String]) throws(APIError)
        -> [ModelMessage]
    {
        guard let elements = try body.array("messages") else {
            throw .invalidRequest(
                "'messages' is required.", param: "messages", code: "missing_required_parameter")
        }
        guard !elements.isEmpty else {
            throw .invalidRequest("'messages' must not be empty.", param: "messages")
        }
        var messages: [ModelMessage] = []
        messages.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            var message = ChatMessageReader(try JSONObject(element, name: "messages[\(index)]"))
            messages.append(try message.read())
            native += message.nativeFields
        }
        return messages
    }
}
