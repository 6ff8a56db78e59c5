/// One server-sent event: what the fields of one block of lines said.
public struct ServerSentEvent: Sendable, Equatable {
    /// The `event:` field; nil when there was none.
    public var event: String?
    /// The bytes of `data`, as they came.
    package var bytes: [UInt8]

    /// The `data:` lines, joined by newlines.
    public var data: String {
        get { String(decoding: bytes, as: UTF8.self) }
        set { bytes = Array(newValue.utf8) }
    }

    public init(event: String? = nil, data: String) {
        self.event = event
        bytes = Array(data.utf8)
    }

    init(event: String?, bytes: [UInt8]) {
        self.event = event
        self.bytes = bytes
    }
}
