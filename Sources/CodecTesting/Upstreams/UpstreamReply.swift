internal import CodecAPI
import CodecCompression
import NIOCore

/// The bytes of an answer, in the parts that are sent by themselves, and what becomes of the connection.
struct UpstreamReply {
    enum Ending { case clean, close, hang }

    var parts: [[UInt8]] = []
    var ending = Ending.clean
    var delay: TimeAmount?

    /// A whole body.
    init(status: Int = 200, headers: String = "", type: String = "application/json", _ body: [UInt8]) {
        parts = [
            Self.head(status, type, headers + "Content-Length: \(body.count)\r\n") + body
        ]
    }

    init(status: Int = 200, headers: String = "", type: String = "application/json", _ body: String) {
        self.init(status: status, headers: headers, type: type, Array(body.utf8))
    }

    /// A body in parts, chunked.
    private init(type: String, headers: String, chunks: [[UInt8]]) {
        parts = [Self.head(200, type, headers + "Transfer-Encoding: chunked\r\n")]
        parts += chunks.filter { !$0.isEmpty }.map(Self.chunk)
    }

    /// A streamed answer with its fault.
    /// - Parameters:
    ///   - parts: Events or frames; the last `terminal` of them end the answer, as its API has it.
    ///   - error: The API's event for an error.
    static func stream(
        _ parts: [[UInt8]], terminal: Int, error: [UInt8], type: String = "text/event-stream",
        headers: String = "", fault: UpstreamFault?
    ) -> UpstreamReply {
        let half = Array(parts[..<(max(1, parts.count - terminal) / 2)])
        if fault == .truncated {
            var reply = UpstreamReply(headers: headers, type: type, parts.flatMap { $0 })
            reply.keep(half.reduce(0) { $0 + $1.count })
            return reply
        }
        var chunks = parts
        var headers = headers
        switch fault {
        case .cut, .hangMidway: chunks = half
        case .noEnd: chunks = Array(parts.dropLast(terminal))
        case .malformedJSON: chunks = half + [Array("data: {\"choices\": [}\n\n".utf8)]
        case .errorEvent: chunks = half + [error]
        case .everyByte: chunks = parts.flatMap { $0.map { [$0] } }
        case .gzip:
            chunks = gzip(parts)
            headers += "Content-Encoding: gzip\r\n"
        default: break
        }
        var reply = UpstreamReply(type: type, headers: headers, chunks: chunks)
        switch fault {
        case .cut:
            // Inside a chunk, and inside a character where the event has one.
            let next = parts[min(half.count, parts.count - 1)]
            let inside = (next.lastIndex { $0 >= 0xC0 }).map { $0 + 1 } ?? next.count / 2
            reply.parts.append(Array(chunk(next).prefix(inside + 4)))
            reply.ending = .close
        case .hangMidway: reply.ending = .hang
        default: reply.parts.append(Array("0\r\n\r\n".utf8))
        }
        reply.pace(fault)
        return reply
    }

    /// A whole answer with its fault.
    static func document(_ body: String, error: String, fault: UpstreamFault?) -> UpstreamReply {
        let bytes = Array(body.utf8)
        let half = Array(bytes[..<(bytes.count / 2)])
        var reply = UpstreamReply(bytes)
        switch fault {
        case .noEnd, .malformedJSON: reply = UpstreamReply(half)
        case .errorEvent: reply = UpstreamReply(error)
        case .cut, .truncated, .hangMidway:
            reply.keep(half.count)
            if fault == .hangMidway { reply.ending = .hang }
        case .everyByte: reply.parts = reply.parts.flatMap { $0.map { [$0] } }
        case .gzip:
            reply = UpstreamReply(headers: "Content-Encoding: gzip\r\n", gzip([bytes]).flatMap { $0 })
        default: break
        }
        reply.pace(fault)
        return reply
    }

    /// Nothing at all.
    static func silence() -> UpstreamReply {
        var reply = UpstreamReply("")
        reply.parts = []
        reply.ending = .hang
        return reply
    }

    /// Sends so many bytes of the body only, and then closes.
    private mutating func keep(_ count: Int) {
        let whole = parts.flatMap { $0 }
        let head = (whole.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0)
        parts = [Array(whole.prefix(head + count))]
        ending = .close
    }

    private mutating func pace(_ fault: UpstreamFault?) {
        if case .slow(let milliseconds)? = fault { delay = .milliseconds(Int64(milliseconds)) }
    }

    private static func head(_ status: Int, _ type: String, _ headers: String) -> [UInt8] {
        Array("HTTP/1.1 \(status) Scripted\r\nContent-Type: \(type)\r\n\(headers)\r\n".utf8)
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
    }

    private static func gzip(_ parts: [[UInt8]]) -> [[UInt8]] {
        guard let compressor = try? ContentEncoding.gzip.makeCompressor() else { return [] }
        var chunks: [[UInt8]] = []
        for (index, part) in parts.enumerated() {
            var chunk: [UInt8] = []
            try? compressor.compress(
                part, flush: index == parts.count - 1 ? .finish : .sync, into: &chunk)
            chunks.append(chunk)
        }
        return chunks
    }
}

/// A string as JSON has it, with its quotes.
func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.append(jsonString: text)
    return String(decoding: bytes, as: UTF8.self)
}
