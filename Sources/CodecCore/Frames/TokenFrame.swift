/// One frame of a token stream: some ids, and on the last frame why the stream ended (spec §2).
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

    /// Makes it an empty frame that keeps its room for ids.
    mutating func clear() {
        if !ids.isEmpty { ids.removeAll(keepingCapacity: true) }
        done = false
        finishReason = nil
        if !toolCalls.isEmpty { toolCalls = [] }
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

    public static func == (a: ToolCall, b: ToolCall) -> Bool {
        a.argumentsJSON.hasSameBytes(as: b.argumentsJSON) && a.name.hasSameBytes(as: b.name)
            && a.id.hasSameBytes(as: b.id)
    }

    public func hash(into hasher: inout Hasher) {
        argumentsJSON.hashBytes(into: &hasher)
        name?.hashBytes(into: &hasher)
        id?.hashBytes(into: &hasher)
    }
}
