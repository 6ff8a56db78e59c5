// modules: CodecCore CodecCompression CodecMaps CodecAPI
import CodecAPI
import CodecMaps

/// The first byte chooses the API, the rest is a request's body.
///
/// A request is refused as one that can never succeed, or goes on as JSON to every kind of server that takes it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let choice = input.first else { return 0 }
    let dialect = Dialect.allCases[Int(choice) % Dialect.allCases.count]
    do throws(APIError) {
        var request = try read(Array(input.dropFirst()), dialect)
        precondition(request.hints.allSatisfy { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }, "no header")
        write(request)
        request.original = nil
        write(request)
    } catch {
        precondition(error.status.code == 400, "refused, but not for good")
    }
    return 0
}

private func read(_ body: [UInt8], _ dialect: Dialect) throws(APIError) -> ModelRequest {
    let document = try JSONObject.document(of: body)
    switch dialect {
    case .completions: return try CompletionsRequestReader.read(document)
    case .chat: return try ChatRequestReader.read(document)
    case .messages:
        let request = try MessagesRequestReader.read(body)
        let passedOn = try MessagesRequestWriter().body(of: request, model: request.model ?? "m")
        precondition((try? MessagesRequestReader.read(passedOn.json)) != nil, "not passed on as it came")
        return request
    case .responses:
        let request = try ResponsesRequestReader.read(try JSONObject(document: document))
        precondition(json([0x7B] + request.echo + [0x7D]) != nil, "no members are repeated")
        return try request.modelRequest().request
    }
}

private func write(_ request: ModelRequest) {
    for traits in [OpenAIServerTraits.openAI, .compatible, .vllm, .sglang, .llama, .codec] {
        if let body = try? ChatRequestWriter(traits).body(of: request, model: "m") {
            precondition(json(body.json)?["model"]?.string == "m", "no request for a chat")
        }
        if let body = try? CompletionsRequestWriter(traits).body(of: request, model: "m") {
            precondition(json(body.json)?["model"]?.string == "m", "no request for a completion")
        }
    }
    guard let body = try? MessagesRequestWriter().body(of: request, model: "m") else { return }
    let written = json(body.json)
    precondition(written?["model"]?.string == "m", "no request for a message")
    // As it came, it may have members twice, of which the last counts.
    guard request.original == nil else { return }
    let roles = written?["messages"]?.array?.compactMap { $0["role"]?.string } ?? []
    precondition(!roles.isEmpty && written?["max_tokens"] != nil, "half a request")
    precondition(
        zip(roles, roles.dropFirst()).allSatisfy { $0 != $1 }, "turns that do not alternate: \(roles)")
}

/// A request is read with so many values at most; one for another API may have some more.
private func json(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue(parsing: bytes, limit: 1 << 22) }
