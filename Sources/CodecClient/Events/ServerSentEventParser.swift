/// Bytes of a `text/event-stream` to events, fed with chunks cut anywhere.
///
/// Follows the WHATWG rules: lines end with `\n`, `\r\n` or `\r`, a byte order mark at the start is skipped,
/// comments and unknown fields are ignored, a block without data is no event, and one that the end of the
/// body cuts off is dropped. Memory is bounded by `limit`: a longer line or event is an error.
public struct ServerSentEventParser: Sendable {
    /// An event is longer than the parser's limit.
    public struct TooLong: Error, Equatable, Sendable {
        /// The limit, in bytes.
        public var limit: Int

        public init(limit: Int) {
            self.limit = limit
        }
    }

    private let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var event: String?
    private var afterCarriageReturn = false
    private var atStart = true
    private var ready: [ServerSentEvent] = []
    private var readIndex = 0

    /// - Parameter limit: Bytes that one event may have; 4 MiB unless told.
    public init(limit: Int = 4 << 20) {
        self.limit = limit
    }

    /// Takes the next bytes. Events that they complete are there for `next()`.
    public mutating func append(_ bytes: some Sequence<UInt8>) throws(TooLong) {
        for byte in bytes {
            let completesPair = afterCarriageReturn && byte == newline
            afterCarriageReturn = byte == carriageReturn
            if completesPair { continue }
            if byte == newline || byte == carriageReturn {
                endLine()
            } else {
                guard line.count + data.count < limit else { throw TooLong(limit: limit) }
                line.append(byte)
            }
        }
    }

    /// The next complete event, if there is one.
    public mutating func next() -> ServerSentEvent? {
        guard readIndex < ready.count else {
            ready.removeAll(keepingCapacity: true)
            readIndex = 0
            return nil
        }
        readIndex += 1
        return ready[readIndex - 1]
    }

    private mutating func endLine() {
        defer { line.removeAll(keepingCapacity: true) }
        var content = line[...]
        if atStart {
            atStart = false
            if content.starts(with: byteOrderMark) { content = content.dropFirst(byteOrderMark.count) }
        }
        guard !content.isEmpty else { return dispatch() }
        let colon = content.firstIndex(of: UInt8(ascii: ":")) ?? content.endIndex
        let field = content[..<colon]
        var value = content[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if field.elementsEqual("data".utf8) {
            if hasData { data.append(newline) }
            data.append(contentsOf: value)
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            event = String(decoding: value, as: UTF8.self)
        }
    }

    private mutating func dispatch() {
        if hasData {
            ready.append(ServerSentEvent(event: event, data: String(decoding: data, as: UTF8.self)))
        }
        data.removeAll(keepingCapacity: true)
        hasData = false
        event = nil
    }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
