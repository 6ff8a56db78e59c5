/// A piece of a prompt. Text must be encoded as plain text, whatever it looks like: it comes from outside.
public enum PromptSegment: Hashable, Sendable {
    /// A special token where the vocabulary has one of that name, otherwise this text.
    case special(String)
    case text(String)

    public static func == (a: PromptSegment, b: PromptSegment) -> Bool {
        switch (a, b) {
        case (.special(let a), .special(let b)), (.text(let a), .text(let b)): a.hasSameBytes(as: b)
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .special(let name): name.hashBytes(into: &hasher)
        case .text(let text): text.hashBytes(into: &hasher)
        }
    }
}

/// What a tool answered to a call.
public struct ToolResult: Sendable {
    public var content: String
    /// The call's id, where it had one.
    public var callID: String?

    public init(content: String, callID: String? = nil) {
        self.content = content
        self.callID = callID
    }
}

/// Writes the results of a turn's calls as each family's chat template does, up to where the model goes on.
public struct ToolResultRenderer: Sendable {
    public let convention: ToolCallConvention
    /// Whether results that are no JSON are written as JSON strings (`result_format` of a map).
    public let writesJSON: Bool

    public init(_ convention: ToolCallConvention, writesJSON: Bool = false) {
        self.convention = convention
        self.writesJSON = writesJSON
    }

    /// The special token that must stand between the calls and their results; nil where that is the region's end marker.
    public var turnEnd: String? {
        switch convention {
        case .llama3, .custom: nil
        case .qwen25: "<|im_end|>"
        case .phi4: "<|end|>"
        case .mistralNemo: "</s>"
        case .deepseekV3, .deepseekR1: "<｜end▁of▁sentence｜>"
        }
    }

    /// The prompt that follows the turn with the calls and its end.
    public func segments(for results: [ToolResult]) -> [PromptSegment] {
        guard !results.isEmpty else { return [] }
        switch convention {
        case .llama3:
            return results.flatMap { result -> [PromptSegment] in
                Self.llamaHeader("ipython") + [.text(content(result)), .special("<|eot_id|>")]
            } + Self.llamaHeader("assistant")
        case .qwen25:
            let responses = results.flatMap { result -> [PromptSegment] in
                [
                    .text("\n"), .special("<tool_response>"), .text("\n" + content(result) + "\n"),
                    .special("</tool_response>"),
                ]
            }
            return [.text("\n"), .special("<|im_start|>"), .text("user")] + responses + [
                .special("<|im_end|>"), .text("\n"), .special("<|im_start|>"), .text("assistant\n"),
            ]
        case .phi4:
            return results.flatMap { result -> [PromptSegment] in
                [.special("<|tool_response|>"), .text(content(result)), .special("<|end|>")]
            } + [.special("<|assistant|>")]
        case .mistralNemo:
            return results.flatMap { result -> [PromptSegment] in
                [
                    .special("[TOOL_RESULTS]"), .text(Self.mistralObject(result)),
                    .special("[/TOOL_RESULTS]"),
                ]
            }
        case .deepseekV3, .deepseekR1:
            var segments: [PromptSegment] = [.special("<｜tool▁outputs▁begin｜>")]
            for (index, result) in results.enumerated() {
                if index > 0 { segments.append(.text("\n")) }
                segments += [
                    .special("<｜tool▁output▁begin｜>"), .text(content(result)),
                    .special("<｜tool▁output▁end｜>"),
                ]
            }
            return segments + [.special("<｜tool▁outputs▁end｜>")]
        case .custom:
            return results.map { .text("\n" + content($0) + "\n") }
        }
    }

    private func content(_ result: ToolResult) -> String {
        writesJSON ? Self.json(result.content) : result.content
    }

    private static func llamaHeader(_ role: String) -> [PromptSegment] {
        [.special("<|start_header_id|>"), .text(role), .special("<|end_header_id|>"), .text("\n\n")]
    }

    private static func mistralObject(_ result: ToolResult) -> String {
        var object = #"{"content": "# + json(result.content)
        if let id = result.callID { object += #", "call_id": "# + quoted(id) }
        return object + "}"
    }

    /// The text as it is where it is JSON, otherwise as a JSON string.
    private static func json(_ text: String) -> String {
        var scanner = LenientJSON([UInt8](text.utf8), depth: 64)
        var output: [UInt8] = []
        guard scanner.value(into: &output), scanner.isStrict, scanner.isComplete else { return quoted(text) }
        scanner.skipWhiteSpace()
        return scanner.next == nil && scanner.isStrict ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var output: [UInt8] = []
        output.appendJSON(text.utf8)
        return String(decoding: output, as: UTF8.self)
    }
}
