import CodecMaps
import Testing

@testable import CodecAPI

/// A written Responses stream, taken apart as its readers do it.
struct ResponsesStream {
    struct Event {
        var name: String
        var data: JSONValue
    }

    var events: [Event] = []

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        try #require(text.hasSuffix("\n\n"))
        for block in text.dropLast(2).split(separator: "\n\n", omittingEmptySubsequences: false) {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 2 && lines[0].hasPrefix("event: ") && lines[1].hasPrefix("data: "))
            events.append(
                Event(
                    name: String(lines[0].dropFirst(7)),
                    data: try JSONValue(parsing: Array(lines[1].dropFirst(6).utf8))))
        }
    }

    /// Without `response.`.
    var names: [String] { events.map { String($0.name.dropFirst("response.".count)) } }

    func all(_ name: String) -> [JSONValue] { events.filter { $0.name == "response." + name }.map(\.data) }

    func response(_ name: String) throws -> JSONValue {
        try #require(all(name).last?["response"])
    }
}

extension JSONValue {
    var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// A value by the names and places on the way to it.
    subscript(path: any Sendable...) -> JSONValue? {
        var value: JSONValue? = self
        for step in path {
            switch step {
            case let name as String: value = value?[name]
            case let index as Int: value = value?.array?.dropFirst(index).first
            default: return nil
            }
        }
        return value
    }
}

enum ResponsesSample {
    static let body = #"""
        {"model":"m","input":"Hi","tools":[
          {"type":"function","name":"look","parameters":{"type":"object"}},
          {"type":"custom","name":"apply_patch","format":{"type":"grammar","syntax":"lark","definition":"start: /x/"}},
          {"type":"namespace","name":"mcp__git","tools":[{"type":"function","name":"log"}]}]}
        """#

    static func request(_ body: String = body) throws -> ResponsesRequest {
        try ResponsesRequestReader.read(try JSONObject(body: Array(body.utf8)))
    }

    static func head(_ request: ResponsesRequest) -> ResponsesHead {
        ResponsesHead(
            id: "resp_" + String(repeating: "0a", count: 16), created: 1_700_000_000, model: "m",
            echo: request.echo)
    }

    static let events: [ModelEvent] = [
        .reasoning("I "), .reasoning("think."), .reasoningSignature("sig"), .redactedReasoning("opaque"),
        .text("Hel"), .text("lo \"you\""),
        .toolCall(index: 0, id: "call_a", name: "look"), .toolArguments(index: 0, #"{"at""#),
        .toolArguments(index: 0, #":1}"#),
        .toolCall(index: 1, id: "call_b", name: "apply_patch"),
        .toolArguments(index: 1, #"{"input":"*** Begin\n+é \ud83d"#), .toolArguments(index: 1, #"\ude00"}"#),
        .toolCall(index: 2, id: "", name: "mcp__git__log"),
        .usage(ModelUsage(inputTokens: 11, outputTokens: 7, cachedTokens: 3, reasoningTokens: 2)),
        .finish(.toolCalls),
    ]

    static func write(
        _ chunks: [ModelChunk], body: String = body, failure: APIError? = nil
    ) throws -> (stream: ResponsesStream, writer: ResponsesAnswerWriter) {
        let request = try request(body)
        let style = try request.modelRequest().style
        var writer = ResponsesAnswerWriter(head: head(request), style: style)
        var bytes: [UInt8] = []
        writer.begin(into: &bytes)
        for chunk in chunks { writer.append(chunk, into: &bytes) }
        if let failure { writer.fail(failure, into: &bytes) }
        return (try ResponsesStream(bytes), writer)
    }
}
