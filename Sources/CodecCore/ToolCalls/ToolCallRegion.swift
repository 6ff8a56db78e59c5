/// What a model wrote between its markers for tool calls, and what could be made of it.
public struct ToolCallRegion: Hashable, Sendable {
    /// The text as the model wrote it.
    public var body: String
    /// The calls in their order, never empty. The arguments of a call with a name are valid JSON; a body in which no
    /// call was found is one call without a name, whose arguments are the body.
    public var calls: [ToolCall]
    /// False when the text ends in the middle of a call: what was missing has been closed, so the last arguments may
    /// be cut short.
    public var isComplete: Bool

    init(unread body: String) {
        self.body = body
        calls = [ToolCall(argumentsJSON: body)]
        isComplete = true
    }

    init(body: String, calls: [ToolCall], isComplete: Bool) {
        self.body = body
        self.calls = calls
        self.isComplete = isComplete
    }

    public static func == (a: ToolCallRegion, b: ToolCallRegion) -> Bool {
        a.body.hasSameBytes(as: b.body) && a.calls == b.calls && a.isComplete == b.isComplete
    }

    public func hash(into hasher: inout Hasher) {
        body.hashBytes(into: &hasher)
        hasher.combine(calls)
        hasher.combine(isComplete)
    }
}

/// What a parser of tool calls reads at most; a region beyond a limit is given on unread.
public struct ToolCallLimits: Hashable, Sendable {
    /// UTF-8 bytes of a region.
    public var bytes: Int
    /// Calls in a region.
    public var calls: Int
    /// Objects and lists inside one another.
    public var depth: Int

    public init(bytes: Int = 1 << 20, calls: Int = 128, depth: Int = 64) {
        self.bytes = bytes
        self.calls = calls
        self.depth = depth
    }
}
