package import CodecMaps

/// A request to `POST /v1/responses`, read and checked, before what it refers to is known.
package struct ResponsesRequest: Sendable {
    /// The name that the client used; nil = the server's default model.
    package var model: String?
    /// What the client sent as `input`, as items; each is an object.
    package var input: [JSONValue]
    package var previousResponseID: String?
    /// Whether the answer is to be kept, for retrieval and `previous_response_id`.
    package var isStored: Bool
    /// Whether the answer is made without a client that waits for it.
    package var isBackground: Bool
    package var isStreamed: Bool
    /// What answers repeat of the request: members of a JSON object, without braces.
    package var echo: [UInt8]
    /// What the answer's items look like.
    package var style: ResponsesStyle

    var instructions: String?
    var tools: ResponsesTools
    var toolChoice: JSONValue?
    /// All of the request but its model, input and tools.
    var options: ModelRequest

    /// Ids of the items that `item_reference`s name.
    package var references: [String] {
        input.compactMap { $0["type"]?.string == "item_reference" ? $0["id"]?.string : nil }
    }

    /// The model's request, and the style that its answer is to be written in.
    /// - Parameters:
    ///   - history: the items of the conversation that `previous_response_id` names.
    ///   - referenced: the items of `references`, by their ids.
    package func modelRequest(
        history: [JSONValue] = [], referenced: [String: JSONValue] = [:]
    ) throws(APIError) -> (request: ModelRequest, style: ResponsesStyle) {
        var items = ResponsesItems(tools: tools)
        for (index, item) in history.enumerated() {
            try items.append(item, path: "previous_response_id.input[\(index)]")
        }
        for (index, item) in input.enumerated() {
            guard item["type"]?.string == "item_reference" else {
                try items.append(item, path: "input[\(index)]")
                continue
            }
            guard let id = item["id"]?.string, let item = referenced[id] else {
                throw .invalidRequest(
                    "'input[\(index)].id' names no item of a stored response.", param: "input[\(index)].id",
                    code: "item_not_found")
            }
            try items.append(item, path: "input[\(index)]")
        }
        var messages = items.conversation()
        guard !messages.isEmpty || instructions != nil else {
            throw .invalidRequest("'input' must hold at least one message.", param: "input")
        }
        if let instructions { messages.insert(ModelMessage(.developer, text: instructions), at: 0) }
        var request = options
        request.input = .messages(messages)
        var tools = items.tools
        request.tools = tools.functions
        request.hints += tools.hints + items.hints
        if request.tools.isEmpty {
            request.parallelToolCalls = nil
        }
        request.toolChoice = try ResponsesToolChoice.read(toolChoice, tools: &tools)
        var style = style
        style.tools = tools
        return (request, style)
    }
}

/// How the items of an answer are written.
package struct ResponsesStyle: Sendable, Equatable {
    /// Which calls the model's functions come back as.
    package var tools = ResponsesTools()
    /// Whether thoughts are told as summaries, which the client asked for and shows, or as what they are.
    package var summarizesReasoning = false
    /// Whether reasoning items always carry `encrypted_content`, and not only what could not be said without it.
    package var includesOpaqueReasoning = false

    package init() {}
}
