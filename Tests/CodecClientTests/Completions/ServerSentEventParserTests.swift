import CodecClient
import Testing

@Suite struct ServerSentEventParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var input: String
        var expected: [ServerSentEvent]
        var testDescription: String { name }

        init(_ name: String, _ input: String, _ expected: [ServerSentEvent]) {
            (self.name, self.input, self.expected) = (name, input, expected)
        }
    }

    static let cases: [Case] = [
        Case("newline", "data: a\n\ndata: b\n\n", [.init(data: "a"), .init(data: "b")]),
        Case(
            "carriage return and newline", "data: a\r\n\r\ndata: b\r\n\r\n",
            [.init(data: "a"), .init(data: "b")]),
        Case("carriage return", "data: a\r\rdata: b\r\r", [.init(data: "a"), .init(data: "b")]),
        Case("mixed line ends", "data: a\r\n\ndata: b\n\r\n", [.init(data: "a"), .init(data: "b")]),
        Case("no space after the colon", "data:a\n\n", [.init(data: "a")]),
        Case("one space only is taken off", "data:  a\n\n", [.init(data: " a")]),
        Case("several data lines", "data: a\ndata: b\ndata:\n\n", [.init(data: "a\nb\n")]),
        Case("empty data", "data\n\n", [.init(data: "")]),
        Case(
            "event name", "event: ping\ndata: {}\n\ndata: x\n\n",
            [.init(event: "ping", data: "{}"), .init(data: "x")]),
        Case("event without data is none", "event: ping\n\ndata: x\n\n", [.init(data: "x")]),
        Case(
            "comments and unknown fields", ": hello\nid: 1\nretry: 5\ndata: a\nfoo: bar\n\n",
            [.init(data: "a")]),
        Case("byte order mark", "\u{FEFF}data: a\n\n", [.init(data: "a")]),
        Case("byte order mark later is a field", "data: a\n\n\u{FEFF}data: b\n\n", [.init(data: "a")]),
        Case("characters of several bytes", "data: é漢😀\n\n", [.init(data: "é漢😀")]),
        Case("cut off at the end", "data: a\n\ndata: b\n", [.init(data: "a")]),
        Case("colon in the data", "data: {\"a\":\"b: c\"}\n\n", [.init(data: "{\"a\":\"b: c\"}")]),
    ]

    @Test("the same events for every cut into two", arguments: cases)
    func everyCut(_ c: Case) throws {
        let bytes = Array(c.input.utf8)
        for cut in 0...bytes.count {
            var parser = ServerSentEventParser()
            var events: [ServerSentEvent] = []
            for part in [bytes[..<cut], bytes[cut...]] {
                try parser.append(part)
                while let event = parser.next() { events.append(event) }
            }
            #expect(events == c.expected, "cut at \(cut)")
        }
    }

    @Test("byte by byte", arguments: cases)
    func byteByByte(_ c: Case) throws {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for byte in c.input.utf8 {
            try parser.append(CollectionOfOne(byte))
            while let event = parser.next() { events.append(event) }
        }
        #expect(events == c.expected)
    }

    @Test("an event longer than the limit is refused, in one line and in many")
    func limit() throws {
        var parser = ServerSentEventParser(limit: 16)
        try parser.append("data: 0123456789\n\n".utf8)
        #expect(parser.next() == .init(data: "0123456789"))
        #expect(throws: ServerSentEventParser.TooLong(limit: 16)) {
            try parser.append("data: 0123456789a".utf8)
        }
        var lines = ServerSentEventParser(limit: 16)
        #expect(throws: ServerSentEventParser.TooLong(limit: 16)) {
            for _ in 0..<20 { try lines.append("data: 1\n".utf8) }
        }
    }
}
