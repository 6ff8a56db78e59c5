/// One frame of a token stream: some ids, and on the last frame why the stream ended.
///
/// `ids` is empty at most on the terminal frame, and `done` is true on the last frame only.
public struct TokenFrame: Hashable, Sendable {
    public var ids: [TokenID]
    public var done: Bool
    public var finishReason: FinishReason?
    public var toolCalls: [ToolCall]

    public init(
        ids: [TokenID] = [], done: Bool = false, finishReason: FinishReason? = nil,
        toolCalls: [ToolCall] = []
    ) {
        self.ids = ids
        self.done = done
        self.finishReason = finishReason
        self.toolCalls = toolCalls
    }
}

/// A tool call that the server parsed out of its own output.
public struct ToolCall: Hashable, Sendable {
    /// The tool's name; nil when the call's body was no JSON object with a name.
    public var name: String?
    public var argumentsJSON: String
    public var id: String?

    public init(name: String? = nil, argumentsJSON: String, id: String? = nil) {
        self.name = name
        self.argumentsJSON = argumentsJSON
        self.id = id
    }
}
