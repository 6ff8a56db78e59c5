import NIOCore

/// Checks one answer of the fixed upstream while it comes: status, every piece in order, the terminal event, usage.
struct AnswerCheck {
    enum Fault: Error {
        case wrong(String)
    }

    private let question: Question
    private(set) var firstByte: UInt64?
    private var pieces = 0
    private var read = 0

    init(_ question: Question) {
        self.question = question
    }

    /// `now`: when the newest bytes came, in nanoseconds.
    mutating func read(_ reader: MessageReader, at now: UInt64, into load: Load) throws {
        guard reader.body.readableBytes > read else { return }
        if firstByte == nil { firstByte = now }
        guard question.streamed else { return }
        while let content = reader.body.offset(of: #""content":"#, from: read) {
            guard let end = reader.body.offset(of: "\n", from: content) else { return }
            read = end
            // A piece begins with its number; empty text beside a role, and null, are other servers' additions.
            let quote = reader.body.offset(of: "\"", from: content + 10) ?? end
            guard quote < end, let number = reader.body.number(at: quote + 1) else { continue }
            guard number.value == pieces, let sent = reader.body.number(at: number.end + 1) else {
                throw Fault.wrong("piece \(number.value) in place of \(pieces)")
            }
            load.arrived(after: now - min(sent.value, now), first: pieces == 0)
            pieces += 1
        }
    }

    func end(_ reader: MessageReader) throws {
        guard reader.startLine.hasPrefix("HTTP/1.1 200 ") else {
            throw Fault.wrong("\(reader.startLine): \(String(buffer: reader.body).prefix(300))")
        }
        let whole = reader.body.number(after: #""completion_tokens":"#)
        guard whole == UInt64(question.pieces) else { throw Fault.wrong("usage of \(whole ?? 0) tokens") }
        guard question.streamed else {
            var read = 0
            for piece in 0..<question.pieces {
                let start =
                    piece == 0
                    ? reader.body.offset(of: #""content":"#) : reader.body.offset(of: ";", from: read)
                guard let start else { throw Fault.wrong("no piece \(piece)") }
                let text =
                    piece == 0 ? (reader.body.offset(of: "\"", from: start + 10) ?? start) + 1 : start + 2
                guard reader.body.number(at: text)?.value == UInt64(piece) else {
                    throw Fault.wrong("no piece \(piece)")
                }
                read = text
            }
            return
        }
        guard pieces == question.pieces else { throw Fault.wrong("\(pieces) pieces") }
        guard reader.body.offset(of: "data: [DONE]", from: read) != nil else {
            throw Fault.wrong("no terminal event")
        }
    }
}
