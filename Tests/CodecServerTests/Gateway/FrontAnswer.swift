import CodecAPI
import CodecCore
import CodecMaps

@testable import CodecServer

/// What a client of one API sees of an answer.
struct FrontAnswer: Equatable {
    struct Call: Equatable {
        var name: String
        var arguments: String
    }

    var text = ""
    var reasoning = ""
    var calls: [Call] = []
    /// The prompt's and the answer's tokens.
    var usage: [Int] = []
    /// The API's own sign that the answer is whole.
    var isComplete = false
    /// The API's own sign that it failed.
    var hasFailed = false
}

/// An API that clients ask in, as a test's client speaks it.
enum AskedFront: String, CaseIterable, Sendable {
    case chat, completions, responses, messages, frames

    var path: String {
        switch self {
        case .chat: "/v1/chat/completions"
        case .completions, .frames: "/v1/completions"
        case .responses: "/v1/responses"
        case .messages: "/v1/messages"
        }
    }

    /// Whether calls and reasoning have a place.
    var isConversation: Bool { self != .completions && self != .frames }

    func body(isStreamed: Bool, hasTool: Bool = false) -> String {
        let stream = isStreamed ? #","stream":true"# : ""
        let schema = #"{"type":"object","properties":{"a":{"type":"integer"}}}"#
        switch self {
        case .chat:
            let usage = isStreamed ? #","stream_options":{"include_usage":true}"# : ""
            let tools =
                hasTool
                ? #","tools":[{"type":"function","function":{"name":"add","parameters":\#(schema)}}]"# : ""
            return #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(tools)\#(stream)\#(usage)}"#
        case .completions:
            let usage = isStreamed ? #","stream_options":{"include_usage":true}"# : ""
            return #"{"model":"m","prompt":"hi","max_tokens":64\#(stream)\#(usage)}"#
        case .frames:
            return #"{"model":"m","prompt":"hi","max_tokens":64,"stream_format":"msgpack"}"#
        case .responses:
            let tools =
                hasTool ? #","tools":[{"type":"function","name":"add","parameters":\#(schema)}]"# : ""
            return #"{"model":"m","input":"hi"\#(tools)\#(stream)}"#
        case .messages:
            let tools = hasTool ? #","tools":[{"name":"add","input_schema":\#(schema)}]"# : ""
            return
                #"{"model":"m","max_tokens":64,"messages":[{"role":"user","content":"hi"}]\#(tools)\#(stream)}"#
        }
    }

    func read(_ bytes: [UInt8], isStreamed: Bool) throws -> FrontAnswer {
        if self == .frames { return try frames(bytes) }
        var answer = FrontAnswer()
        guard isStreamed else {
            try document(JSONValue(parsing: bytes), into: &answer)
            return answer
        }
        for block in String(decoding: bytes, as: UTF8.self).split(separator: "\n\n") {
            for line in block.split(separator: "\n") where line.hasPrefix("data: ") {
                let data = line.dropFirst(6)
                if data == "[DONE]" {
                    answer.isComplete = !answer.hasFailed
                } else {
                    try event(JSONValue(parsing: Array(data.utf8)), into: &answer)
                }
            }
        }
        return answer
    }

    private func frames(_ bytes: [UInt8]) throws -> FrontAnswer {
        var answer = FrontAnswer()
        let frames = try decodeFrames(bytes, .msgpack)
        answer.text = String(
            decoding: frames.flatMap(\.ids).map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        answer.hasFailed = frames.last?.finishReason == .error
        answer.isComplete = frames.last?.done == true && !answer.hasFailed
        return answer
    }

    // MARK: - Whole answers

    private func document(_ json: JSONValue, into answer: inout FrontAnswer) {
        if json["error"] != nil { answer.hasFailed = true }
        switch self {
        case .chat, .completions:
            let choice = json["choices"]?[0]
            let message = choice?["message"]
            answer.text = choice?["text"]?.string ?? message?["content"]?.string ?? ""
            answer.reasoning = Self.reasoning(message)
            for call in message?["tool_calls"]?.array ?? [] {
                answer.calls.append(Self.call(call["function"]))
            }
            answer.isComplete = choice?["finish_reason"] != nil
            answer.note(json["usage"], "prompt_tokens", "completion_tokens")
        case .responses:
            for item in json["output"]?.array ?? [] { answer.note(item: item) }
            answer.isComplete = json["status"]?.string == "completed"
            answer.note(json["usage"], "input_tokens", "output_tokens")
        case .messages:
            for block in json["content"]?.array ?? [] {
                answer.text += block["text"]?.string ?? ""
                answer.reasoning += block["thinking"]?.string ?? ""
                if let name = block["name"]?.string {
                    answer.calls.append(.init(name: name, arguments: block["input"].map(\.compact) ?? ""))
                }
            }
            answer.isComplete = json["stop_reason"] != nil
            answer.note(json["usage"], "input_tokens", "output_tokens")
        case .frames: break
        }
    }

    // MARK: - Events

    private func event(_ json: JSONValue, into answer: inout FrontAnswer) {
        if json["error"] != nil || json["type"]?.string == "response.failed" { answer.hasFailed = true }
        switch self {
        case .chat, .completions:
            answer.note(json["usage"], "prompt_tokens", "completion_tokens")
            guard let choice = json["choices"]?[0] else { return }
            let delta = choice["delta"]
            answer.text += choice["text"]?.string ?? delta?["content"]?.string ?? ""
            answer.reasoning += Self.reasoning(delta)
            for call in delta?["tool_calls"]?.array ?? [] {
                let piece = Self.call(call["function"])
                if !piece.name.isEmpty { answer.calls.append(.init(name: piece.name, arguments: "")) }
                if !answer.calls.isEmpty { answer.calls[answer.calls.count - 1].arguments += piece.arguments }
            }
        case .responses:
            switch json["type"]?.string {
            case "response.output_item.done": if let item = json["item"] { answer.note(item: item) }
            case "response.completed":
                answer.isComplete = true
                answer.note(json["response"]?["usage"], "input_tokens", "output_tokens")
            default: break
            }
        case .messages:
            switch json["type"]?.string {
            case "message_start": answer.note(json["message"]?["usage"], "input_tokens", "output_tokens")
            case "content_block_start":
                if let name = json["content_block"]?["name"]?.string {
                    answer.calls.append(.init(name: name, arguments: ""))
                }
            case "content_block_delta":
                answer.text += json["delta"]?["text"]?.string ?? ""
                answer.reasoning += json["delta"]?["thinking"]?.string ?? ""
                if let more = json["delta"]?["partial_json"]?.string, !answer.calls.isEmpty {
                    answer.calls[answer.calls.count - 1].arguments += more
                }
            case "message_delta": answer.note(json["usage"], "input_tokens", "output_tokens")
            case "message_stop": answer.isComplete = true
            default: break
            }
        case .frames: break
        }
    }

    private static func reasoning(_ message: JSONValue?) -> String {
        message?["reasoning_content"]?.string ?? message?["reasoning"]?.string ?? ""
    }

    private static func call(_ function: JSONValue?) -> FrontAnswer.Call {
        .init(name: function?["name"]?.string ?? "", arguments: function?["arguments"]?.string ?? "")
    }
}

extension FrontAnswer {
    /// Numbers that are told later replace those before.
    fileprivate mutating func note(_ usage: JSONValue?, _ input: String, _ output: String) {
        guard let usage else { return }
        let old = self.usage
        var new = old.isEmpty ? [0, 0] : old
        // Anthropic counts what came from its cache apart.
        let cached = ["cache_read_input_tokens", "cache_creation_input_tokens"].reduce(0) { sum, name in
            if case .integer(let count)? = usage[name] { sum + count } else { sum }
        }
        if case .integer(let count)? = usage[input] { new[0] = count + cached }
        if case .integer(let count)? = usage[output] { new[1] = count }
        self.usage = new
    }

    /// An item of a response's output.
    fileprivate mutating func note(item: JSONValue) {
        switch item["type"]?.string {
        case "message": for part in item["content"]?.array ?? [] { text += part["text"]?.string ?? "" }
        case "reasoning":
            for part in item["content"]?.array ?? [] { reasoning += part["text"]?.string ?? "" }
            for part in item["summary"]?.array ?? [] where (item["content"]?.array ?? []).isEmpty {
                reasoning += part["text"]?.string ?? ""
            }
        case "function_call":
            calls.append(.init(name: item["name"]?.string ?? "", arguments: item["arguments"]?.string ?? ""))
        default: break
        }
    }
}

extension JSONValue {
    fileprivate var compact: String { json }
}
