import Foundation

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
    /// The beginning of a line that the last chunk cut.
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
        var failure: TooLong?
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { bytes in
            do throws(TooLong) { try scan(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        if isContiguous == nil {
            try Array(bytes).withUnsafeBufferPointer { (bytes) throws(TooLong) in try scan(bytes) }
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

    /// Finds the ends of lines; a line that lies in the chunk as a whole is read where it lies.
    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(TooLong) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if afterCarriageReturn {
                afterCarriageReturn = false
                if rest.first == newline {
                    rest = rest.dropFirst()
                    continue
                }
            }
            let end = Self.lineEnd(rest)
            let part = UnsafeBufferPointer(rebasing: rest[..<(end ?? rest.endIndex)])
            guard line.count + part.count + data.count <= limit else { throw TooLong(limit: limit) }
            guard let end else {
                line.append(contentsOf: part)
                return
            }
            afterCarriageReturn = bytes[end] == carriageReturn
            if line.isEmpty {
                read(part)
            } else {
                line.append(contentsOf: part)
                let whole = line
                line.removeAll(keepingCapacity: true)
                whole.withUnsafeBufferPointer { read($0) }
            }
            rest = rest[(end + 1)...]
        }
    }

    /// Where the first line ends.
    private static func lineEnd(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        let newline = position(of: newline, in: bytes)
        return position(of: carriageReturn, in: bytes[..<(newline ?? bytes.endIndex)]) ?? newline
    }

    private static func position(of byte: UInt8, in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        let part = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes))
        guard let start = part.baseAddress, let found = memchr(start, Int32(byte), part.count) else {
            return nil
        }
        return bytes.startIndex + start.distance(to: UnsafeRawPointer(found))
    }

    private mutating func read(_ line: UnsafeBufferPointer<UInt8>) {
        var content = line[...]
        if atStart {
            atStart = false
            if content.starts(with: byteOrderMark) { content = content.dropFirst(byteOrderMark.count) }
        }
        guard !content.isEmpty else { return dispatch() }
        let colon = Self.position(of: UInt8(ascii: ":"), in: content) ?? content.endIndex
        let field = content[..<colon]
        var value = content[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if field.elementsEqual("data".utf8) {
            if hasData { data.append(newline) }
            data.append(contentsOf: UnsafeBufferPointer(rebasing: value))
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            event = String(decoding: UnsafeBufferPointer(rebasing: value), as: UTF8.self)
        }
    }

    private mutating func dispatch() {
        if hasData { ready.append(ServerSentEvent(event: event, bytes: data)) }
        data = []
        hasData = false
        event = nil
    }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
