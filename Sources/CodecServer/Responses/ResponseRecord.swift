internal import CodecAPI
internal import CodecMaps
internal import Logging

/// What is kept of a response beside its answer: what was asked.
struct ResponseRecord: Sendable {
    let head: ResponsesHead
    /// The name of the key with which it was made; nil where the server has none.
    let owner: String?
    /// The items of the conversation before the request's.
    let history: [JSONValue]
    /// The request's items, each with an id.
    let input: [JSONValue]

    func stored(_ answer: ResponsesAnswer, events: [UInt8]? = nil, degradations: [String] = [])
        -> StoredResponse
    {
        StoredResponse(
            id: head.id, created: head.created, owner: owner, degradations: degradations,
            document: answer.document(), input: Self.json(input),
            history: Self.json(history), events: events)
    }

    private static func json(_ items: [JSONValue]) -> [UInt8] {
        var json: [UInt8] = []
        json.append(json: .array(items))
        return json
    }
}

extension ResponseStore {
    /// Keeps an answer, also when the task that made it was cancelled; one that cannot be kept is answered nevertheless,
    /// and the log says so.
    func keep(_ response: StoredResponse, now: Int, logger: Logger) async {
        do {
            try await Task { try await save(response, now: now) }.value
        } catch {
            logger.error("A response is not kept", metadata: ["id": "\(response.id)", "error": "\(error)"])
        }
    }
}
