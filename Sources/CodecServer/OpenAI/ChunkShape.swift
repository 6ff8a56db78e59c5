internal import CodecEngines
internal import CodecAPI
/// The constant parts of the chunks of one stream, and of the whole answer that is none: completions and chat
/// differ in little else.
struct ChunkShape {
    enum Kind: Sendable {
        case completion
        case chat

        var idPrefix: String { self == .completion ? "cmpl-" : "chatcmpl-" }
        var object: String { self == .completion ? "text_completion" : "chat.completion" }
        var chunkObject: String { self == .completion ? "text_completion" : "chat.completion.chunk" }
    }

    /// `{"id":…,"object":…,"created":…,"model":…,`
    let chunkHead: [UInt8]
    /// The above and `"choices":[{"index":0,`.
    let choiceHead: [UInt8]
    /// What stands before a chunk's text, and after it.
    let textHead: [UInt8]
    let textTail: [UInt8]
    /// The choice of a chunk before all text, if there is one.
    let opening: [UInt8]?
    /// The choice of a chunk after all text.
    let closing: [UInt8]

    init(_ kind: Kind, id: AnswerID, model: String) {
        chunkHead = Self.head(object: kind.chunkObject, id: id, model: model)
        choiceHead = chunkHead + Array(#""choices":[{"index":0,"#.utf8)
        switch kind {
        case .completion:
            textHead = Array(#""text":""#.utf8)
            textTail = Array(#"""#.utf8)
            opening = nil
            closing = Array(#""text":"""#.utf8)
        case .chat:
            textHead = Array(#""delta":{"content":""#.utf8)
            textTail = Array(#""}"#.utf8)
            opening = Array(#""delta":{"role":"assistant","content":""}"#.utf8)
            closing = Array(#""delta":{}"#.utf8)
        }
    }

    /// `,"logprobs":null,"finish_reason":…}]`
    func choiceTail(finishReason: String?) -> [UInt8] {
        var tail = Array(#","logprobs":null,"finish_reason":"#.utf8)
        tail.append(jsonString: finishReason)
        tail.append(json: "}]")
        return tail
    }

    static func head(object: String, id: AnswerID, model: String) -> [UInt8] {
        var head: [UInt8] = []
        head.append(json: #"{"id":"#)
        head.append(jsonString: id.text)
        head.append(json: #","object":"#)
        head.append(jsonString: object)
        head.append(json: #","created":"#)
        head.append(json: id.created)
        head.append(json: #","model":"#)
        head.append(jsonString: model)
        head.append(UInt8(ascii: ","))
        return head
    }
}
