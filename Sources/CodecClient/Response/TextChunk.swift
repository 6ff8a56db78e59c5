import Foundation

/// One event of a completion as text.
public struct TextChunk: Sendable, Equatable {
    public var text: String
    /// Why the completion ended, on the last chunk with a choice: OpenAI's `stop`, `length`, …
    public var finishReason: String?
}

extension TextChunk {
    /// Reads one event's JSON, of the completions or of the chat API.
    /// - Throws: `refused` for an error document, `malformed` for what is no JSON of either API.
    init(json: String) throws(ClientError) {
        let bytes = Data(json.utf8)
        guard let document = try? JSONDecoder().decode(Document.self, from: bytes) else {
            if let error = ServerRefusal(json: bytes) {
                throw ClientError(.refused, error.message, server: error)
            }
            throw ClientError(.malformed, "an event is not a completion chunk: \(json.prefix(200))")
        }
        let choice = document.choices.first
        text = choice?.text ?? choice?.delta?.content ?? ""
        finishReason = choice?.finish_reason
    }

    private struct Document: Decodable {
        struct Delta: Decodable { var content: String? }
        struct Choice: Decodable {
            var text: String?
            var delta: Delta?
            var finish_reason: String?
        }
        var choices: [Choice]
    }
}
