package import CodecAPI
package import CodecCore

/// What a prompt begins with, as a number: the same for all turns of a conversation, and for prompts of one template.
package enum PromptPrefix {
    /// Bytes of a text that count.
    private static let textBytes = 2048
    /// Ids that count.
    private static let idCount = 256

    /// The tools, and the messages up to the first that is not the operator's; of a text or ids the first part.
    package static func hash(_ request: ModelRequest) -> UInt64 {
        var hash = StableHash()
        for tool in request.tools { hash.add(tool.name.utf8) }
        switch request.input {
        case .text(let text): hash.add(text.utf8.prefix(textBytes))
        case .ids(let ids): return self.hash(ids)
        case .messages(let messages):
            for message in messages {
                hash.add(message.role.rawValue.utf8)
                hash.add(message.text.utf8.prefix(textBytes))
                if message.role != .system, message.role != .developer { break }
            }
        }
        return hash.value
    }

    package static func hash(_ ids: [TokenID]) -> UInt64 {
        var hash = StableHash()
        for id in ids.prefix(idCount) { hash.add(id) }
        return hash.value
    }
}
