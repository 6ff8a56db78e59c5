import CodecMaps
import Testing

@testable import CodecAPI

/// A small generator whose seed tells the whole run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    }
}

@Suite struct ResponsesPropertyTests {
    /// However an upstream cuts what it says, the response is the same, and the collector's is the stream's.
    @Test(arguments: UInt64(0)..<200) func everyCutGivesTheSameResponse(_ seed: UInt64) throws {
        let whole = try ResponsesSample.write([ModelChunk(ResponsesSample.events)])
        var generator = SeededGenerator(state: seed)
        let chunks = Self.cut(ResponsesSample.events, using: &generator)
        let (stream, writer) = try ResponsesSample.write(chunks)
        let request = try ResponsesSample.request()
        var collector = ResponsesAnswerCollector(
            head: ResponsesSample.head(request), style: try request.modelRequest().style)
        for chunk in chunks { collector.append(chunk) }
        #expect(writer.answer.document() == whole.writer.answer.document(), "seed \(seed)")
        #expect(collector.document() == writer.answer.document(), "seed \(seed)")
        #expect(try stream.response("completed") == JSONValue(parsing: collector.document()), "seed \(seed)")
        try Self.checkDeltas(stream)
    }

    /// What was told bit by bit is what is told at the end.
    private static func checkDeltas(_ stream: ResponsesStream) throws {
        for (delta, done, field) in [
            ("output_text", "output_text", "text"), ("reasoning_text", "reasoning_text", "text"),
            ("function_call_arguments", "function_call_arguments", "arguments"),
            ("custom_tool_call_input", "custom_tool_call_input", "input"),
        ] {
            for end in stream.all(done + ".done") {
                let told = stream.all(delta + ".delta").filter { $0["item_id"] == end["item_id"] }
                    .compactMap { $0["delta"]?.string }.joined()
                #expect(told == end[field]?.string)
            }
        }
    }

    private static func cut(_ events: [ModelEvent], using generator: inout SeededGenerator) -> [ModelChunk] {
        var pieces: [ModelEvent] = []
        for event in events {
            switch event {
            case .text(let text): pieces += split(text, using: &generator).map { .text($0) }
            case .reasoning(let text): pieces += split(text, using: &generator).map { .reasoning($0) }
            case .toolArguments(let index, let text):
                pieces += split(text, using: &generator).map { .toolArguments(index: index, $0) }
            default: pieces.append(event)
            }
        }
        var chunks: [ModelChunk] = []
        while !pieces.isEmpty {
            let count = Int.random(in: 0...min(4, pieces.count), using: &generator)
            chunks.append(ModelChunk(Array(pieces.prefix(count))))
            pieces.removeFirst(count)
        }
        return chunks
    }

    private static func split(_ text: String, using generator: inout SeededGenerator) -> [String] {
        var rest = Array(text.unicodeScalars)
        var pieces: [String] = []
        while !rest.isEmpty {
            let count = Int.random(in: 0...rest.count, using: &generator)
            pieces.append(String(String.UnicodeScalarView(rest.prefix(count))))
            rest.removeFirst(count)
        }
        return pieces
    }
}
