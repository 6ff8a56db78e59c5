/// One server-sent event: what the fields of one block of lines said.
public struct ServerSentEvent: Sendable, Equatable {
    /// The `event:` field; nil when there was none.
    public var event: String?
    /// The `data:` lines, joined by newlines.
    public var data: String

    public init(event: String? = nil, data: String) {
        self.event = event
        self.data = data
    }
}
