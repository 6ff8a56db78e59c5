// modules: CodecCore CodecCompression CodecMaps CodecAPI
import CodecAPI
import CodecMaps

/// The first byte chooses the API, the rest is an answer: a document, or the data of a stream's events, one a line.
///
/// It fails, or ends with its one end. Written anew in any API's form it is one of that API, and says the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let choice = input.first else { return 0 }
    let dialect = dialects[Int(choice) % dialects.count]
    let answer = Array(input.dropFirst())
    if let chunks = read(answer.split(separator: 0x0A).map { Array($0) }, dialect) { check(chunks) }
    if let chunk = read(document: answer, dialect) { check([chunk]) }
    return 0
}

/// The APIs that are read as well as written.
private let dialects: [Dialect] = [.chat, .completions, .messages]

private func check(_ chunks: [ModelChunk]) {
    let events = chunks.flatMap(\.events)
    for (index, event) in events.enumerated() {
        let isEnd = if case .finish = event { true } else { false }
        precondition(isEnd == (index == events.count - 1), "an end that is none")
    }
    let id = AnswerID(prefix: "", created: 0)
    let forms: [(Dialect, any AnswerWriter, any AnswerCollector)] = [
        (
            .chat, ChatAnswerWriter(id: id, model: "m", includesUsage: true),
            ChatAnswerCollector(id: id, model: "m")
        ),
        (
            .completions, CompletionsAnswerWriter(id: id, model: "m", includesUsage: true),
            CompletionsAnswerCollector(id: id, model: "m")
        ),
        (
            .messages, MessagesAnswerWriter(id: "i", model: "m"), MessagesAnswerCollector(id: "i", model: "m")
        ),
    ]
    for (dialect, writer, collector) in forms {
        guard let again = read(data(of: chunks, by: writer), dialect) else {
            preconditionFailure("what is written is no answer: \(dialect)")
        }
        precondition(text(again) == text(chunks), "what is written says something else: \(dialect)")
        var collector = collector
        for chunk in chunks { collector.append(ModelChunk(chunk.events)) }
        precondition(read(document: collector.document(), dialect) != nil, "no document: \(dialect)")
    }
    checkResponse(chunks)
}

private func checkResponse(_ chunks: [ModelChunk]) {
    guard let body = try? JSONObject(body: Array(#"{"model":"m","input":"a"}"#.utf8)),
        let request = try? ResponsesRequestReader.read(body)
    else { preconditionFailure("no request") }
    let head = ResponsesHead(id: "resp_0", created: 0, model: "m", echo: request.echo)
    let written = data(of: chunks, by: ResponsesAnswerWriter(head: head, style: request.style))
    let events = written.compactMap { try? JSONValue(parsing: $0) }
    precondition(events.count == written.count, "no JSON")
    precondition(
        events.enumerated().allSatisfy { $1["sequence_number"] == .integer($0) }, "events without their order"
    )
    let ends = ["response.completed", "response.incomplete"]
    precondition(
        events.firstIndex { ends.contains($0["type"]?.string ?? "") } == events.count - 1,
        "an end that is none")
    let deltas = ["response.output_text.delta", "response.refusal.delta"]
    let said = events.filter { deltas.contains($0["type"]?.string ?? "") }.compactMap { $0["delta"]?.string }
    precondition(said.joined() == text(chunks), "the response says something else")
}

/// The data of what a writer makes of events without their originals.
private func data(of chunks: [ModelChunk], by writer: any AnswerWriter) -> [[UInt8]] {
    var writer = writer
    var output: [UInt8] = []
    writer.begin(into: &output)
    for chunk in chunks { writer.append(ModelChunk(chunk.events), into: &output) }
    return output.split(separator: 0x0A).filter { $0.starts(with: "data: ".utf8) }
        .map { Array($0.dropFirst("data: ".utf8.count)) }
}

private func read(_ data: [[UInt8]], _ dialect: Dialect) -> [ModelChunk]? {
    var messages = MessagesAnswerReader()
    var others = OpenAIAnswerReader(dialect)
    var chunks: [ModelChunk] = []
    do throws(AnswerError) {
        for data in data {
            let chunk = try dialect == .messages ? messages.append(data: data) : others.append(data: data)
            if let chunk { chunks.append(chunk) }
        }
        if let chunk = try dialect == .messages ? messages.finish() : others.finish() { chunks.append(chunk) }
        return chunks
    } catch {
        return nil
    }
}

private func read(document: [UInt8], _ dialect: Dialect) -> ModelChunk? {
    dialect == .messages
        ? try? MessagesAnswerReader.read(document: document)
        : try? OpenAIAnswerReader.read(document: document, as: dialect)
}

/// What is said; not every API has a place of its own for a refusal.
private func text(_ chunks: [ModelChunk]) -> String {
    chunks.flatMap(\.events).reduce(into: "") { text, event in
        switch event {
        case .text(let more), .refusal(let more): text += more
        default: break
        }
    }
}
