internal import CodecMaps

/// A conversation as this API wants it: the system's text apart, turns of user and assistant that alternate, results
/// of tools first in their turn.
struct MessagesConversation {
    private struct Turn {
        var isUser: Bool
        var results: [JSONValue] = []
        var blocks: [JSONValue] = []
    }

    private var systemBlocks: [JSONValue] = []
    private var turns: [Turn] = []
    private var blocks = MessagesBlocks()
    private var own: Set<MessagesDegradation> = []

    /// - Throws: 400 for what has no place in this API, and where nothing is said.
    init(_ input: ModelInput) throws(APIError) {
        switch input {
        case .messages(let messages):
            for (index, message) in messages.enumerated() { try append(message, field: "messages[\(index)]") }
            if turns.isEmpty, let last = systemBlocks.popLast() {
                own.insert(.systemAsUser)
                turns = [Turn(isUser: true, blocks: [last])]
            }
            guard !turns.isEmpty else {
                throw .invalidRequest("The messages hold no text.", param: "messages")
            }
        case .text(let text):
            own.insert(.promptAsMessage)
            try append(ModelMessage(.user, text: text), field: "prompt")
            guard !turns.isEmpty else { throw .invalidRequest("The prompt holds no text.", param: "prompt") }
        case .ids:
            throw .unsupportedUpstream("prompt")
        }
    }

    var degradations: Set<MessagesDegradation> { own.union(blocks.degradations) }

    /// The system's text; nil when there is none.
    var system: JSONValue? {
        if systemBlocks.count == 1, let text = systemBlocks[0]["text"] { return text }
        return systemBlocks.isEmpty ? nil : .array(systemBlocks)
    }

    var messages: JSONValue {
        .array(
            turns.map { turn in
                .members([
                    "role": .string(turn.isUser ? "user" : "assistant"),
                    "content": .array(turn.results + turn.blocks),
                ])
            })
    }

    /// Whether the model may be asked to think: amid a turn that calls tools only when that turn began with a thought.
    var allowsThinking: Bool {
        guard let last = turns.last, last.isUser, !last.results.isEmpty,
            let assistant = turns.last(where: { !$0.isUser })
        else { return turns.last?.isUser ?? false }
        return ["thinking", "redacted_thinking"].contains(assistant.blocks.first?["type"]?.string)
    }

    private mutating func append(_ message: ModelMessage, field: String) throws(APIError) {
        if message.name != nil { own.insert(.nameDropped) }
        let isInstruction = message.role == .system || message.role == .developer
        let isLeading = isInstruction && turns.isEmpty
        for part in message.parts {
            guard let block = try blocks.block(part, field: field) else { continue }
            if isLeading, block["type"]?.string == "text" {
                systemBlocks.append(block)
                continue
            }
            if isInstruction { own.insert(.systemAsUser) }
            append(block, isUser: message.role != .assistant)
        }
    }

    private mutating func append(_ block: JSONValue, isUser: Bool) {
        if turns.last?.isUser != isUser { turns.append(Turn(isUser: isUser)) }
        let last = turns.index(before: turns.endIndex)
        if block["type"]?.string == "tool_result" {
            turns[last].results.append(block)
        } else {
            turns[last].blocks.append(block)
        }
    }
}
