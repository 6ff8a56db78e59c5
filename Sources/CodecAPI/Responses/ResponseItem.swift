internal import CodecMaps

/// One item of a response's output, while it is made and when it is done.
struct ResponseItem: Sendable {
    enum Kind: Sendable {
        case message
        case reasoning
        case functionCall(FunctionNames.Tool)
        case customCall(FunctionNames.Tool)
    }

    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed
        case incomplete
    }

    let id: String
    let kind: Kind
    var status = Status.inProgress
    /// Of messages and reasoning.
    var parts: [ResponsePart] = []
    /// Of calls.
    var callID = ""
    /// A function's arguments, or a custom tool's text.
    var arguments = ""
    /// Of custom calls.
    var inputReader = CustomInputReader()
    /// Of reasoning: what its maker wants back with it.
    var signature: String?
    var redacted: String?
    /// Of reasoning: whether it tells what only we can read in any case.
    var includesOpaque = false

    init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// - Parameter isOpening: as it was when it began, with nothing in it.
    func json(isOpening: Bool = false) -> JSONValue {
        let parts = isOpening ? [] : parts
        let status: JSONValue = .string((isOpening ? .inProgress : status).rawValue)
        let id: JSONValue = .string(id)
        switch kind {
        case .message:
            return [
                "id": id, "type": "message", "status": status, "role": "assistant",
                "content": .array(parts.map { $0.json() }),
            ]
        case .reasoning:
            var item: JSONValue = [
                "id": id, "type": "reasoning", "status": status,
                "summary": .array(parts.filter { $0.kind == .summaryText }.map { $0.json() }),
            ]
            let content = parts.filter { $0.kind == .reasoningText }
            if !content.isEmpty { item.set("content", .array(content.map { $0.json() })) }
            if !isOpening, let opaque { item.set("encrypted_content", .string(opaque)) }
            return item
        case .functionCall(let tool):
            return call("function_call", tool, text: "arguments", isOpening: isOpening, status: status)
        case .customCall(let tool):
            return call("custom_tool_call", tool, text: "input", isOpening: isOpening, status: status)
        }
    }

    private func call(
        _ type: JSONValue, _ tool: FunctionNames.Tool, text: String, isOpening: Bool, status: JSONValue
    ) -> JSONValue {
        var item: JSONValue = [
            "id": .string(id), "type": type, "status": status, "call_id": .string(callID),
            "name": .string(tool.name),
        ]
        if let namespace = tool.namespace { item.set("namespace", .string(namespace)) }
        item.set(text, .string(isOpening ? "" : arguments))
        return item
    }

    private var opaque: String? {
        guard includesOpaque || signature != nil || redacted != nil else { return nil }
        return OpaqueReasoning.write(
            ReasoningPart(text: parts.map(\.text).joined(), signature: signature, redacted: redacted))
    }
}

/// A part of a message or of reasoning.
struct ResponsePart: Sendable {
    enum Kind: String, Sendable {
        case outputText = "output_text"
        case refusal
        case reasoningText = "reasoning_text"
        case summaryText = "summary_text"
    }

    let kind: Kind
    var text = ""
    var logprobs: [TokenLogprob] = []

    func json(isOpening: Bool = false) -> JSONValue {
        let text: JSONValue = .string(isOpening ? "" : text)
        let type: JSONValue = .string(kind.rawValue)
        switch kind {
        case .outputText:
            return [
                "type": type, "text": text, "annotations": [],
                "logprobs": .array(isOpening ? [] : logprobs.map { $0.json() }),
            ]
        case .refusal: return ["type": type, "refusal": text]
        case .reasoningText, .summaryText: return ["type": type, "text": text]
        }
    }
}

extension TokenLogprob {
    func json(isAlternative: Bool = false) -> JSONValue {
        var value: JSONValue = [
            "token": .string(token), "bytes": .array((bytes ?? Array(token.utf8)).map { .integer(Int($0)) }),
            "logprob": JSONValue(logprob),
        ]
        if !isAlternative {
            value.set("top_logprobs", .array(alternatives.map { $0.json(isAlternative: true) }))
        }
        return value
    }
}
