import NIOCore

/// Reads HTTP/1.1 messages of one direction, whose bodies have a length or come in chunks (RFC 9112).
struct MessageReader {
    enum Fault: Error {
        case malformed(String)
    }

    private enum State {
        case head
        case body(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailer
    }

    /// First line of the current message.
    private(set) var startLine = ""
    /// The sender closes the connection after this message.
    private(set) var closes = false
    /// What has come of the current message's body, without framing.
    private(set) var body = ByteBuffer()
    private var input = ByteBuffer()
    private var state = State.head

    /// The next `advance` begins a new message.
    mutating func startNext() {
        body.clear()
        startLine = ""
    }

    mutating func append(_ bytes: inout ByteBuffer) {
        if input.readableBytes == 0 { input.clear() }
        input.writeBuffer(&bytes)
    }

    /// Whether the current message is complete.
    mutating func advance() throws -> Bool {
        while true {
            switch state {
            case .head:
                guard let line = readLine() else { return false }
                if startLine.isEmpty {
                    startLine = line
                    closes = false
                    framing = .none
                } else if line.isEmpty {
                    switch framing {
                    case .none: return true
                    case .length(let count): state = .body(left: count)
                    case .chunked: state = .chunkSize
                    }
                } else {
                    try readField(line)
                }
            case .body(let left):
                let taken = take(left)
                guard taken == left else {
                    state = .body(left: left - taken)
                    return false
                }
                state = .head
                return true
            case .chunkSize:
                guard let line = readLine() else { return false }
                guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else {
                    throw Fault.malformed("chunk size \(line)")
                }
                state = size == 0 ? .trailer : .chunk(left: size)
            case .chunk(let left):
                let taken = take(left)
                guard taken == left else {
                    state = .chunk(left: left - taken)
                    return false
                }
                state = .chunkEnd
            case .chunkEnd:
                guard readLine() != nil else { return false }
                state = .chunkSize
            case .trailer:
                guard let line = readLine() else { return false }
                if line.isEmpty {
                    state = .head
                    return true
                }
            }
        }
    }

    private enum Framing {
        case none
        case length(Int)
        case chunked
    }
    private var framing = Framing.none

    private mutating func readField(_ line: String) throws {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw Fault.malformed("header line \(line)")
        }
        let value = line[line.utf8.index(after: colon)...].drop { $0 == " " }.lowercased()
        switch line[..<colon].lowercased() {
        case "content-length":
            guard let count = Int(value), count >= 0 else { throw Fault.malformed("content-length \(value)") }
            framing = .length(count)
        case "transfer-encoding": framing = .chunked
        case "connection": closes = value == "close"
        default: break
        }
    }

    private mutating func take(_ count: Int) -> Int {
        let count = min(count, input.readableBytes)
        if var slice = input.readSlice(length: count) { body.writeBuffer(&slice) }
        return count
    }

    private mutating func readLine() -> String? {
        guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let length = end - input.readerIndex
        guard var line = input.readString(length: length + 1) else { return nil }
        line.removeLast()
        return line
    }
}
