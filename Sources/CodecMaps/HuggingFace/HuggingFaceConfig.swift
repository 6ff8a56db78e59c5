internal import CodecCore

/// A `tokenizer_config.json`: what it says of a text's begin and end, and the chat template.
struct HuggingFaceConfig {
    private(set) var beginToken: String?
    private(set) var endToken: String?
    private(set) var chatTemplate: String?

    /// - Throws: `malformed`, `invalidField`.
    init(parsing bytes: [UInt8]) throws(MapError) {
        let members = try bytes.withUnsafeBufferPointer { (bytes) throws(MapError) in
            var reader = MapFieldReader(bytes)
            var members: [String: JSONValue] = [:]
            try reader.advance()
            try reader.members(of: nil) { (reader, name) throws(MapError) in
                guard ["bos_token", "eos_token", "chat_template"].contains(name) else { return }
                members[name] = try reader.value(name)
            }
            try reader.advance()
            return members
        }
        beginToken = members["bos_token"].flatMap(Self.token)
        endToken = members["eos_token"].flatMap(Self.token)
        // One template, or several with names.
        let templates = members["chat_template"]?.array?.compactMap { $0["template"]?.string }
        chatTemplate = members["chat_template"]?.string ?? templates?.joined(separator: "\n")
    }

    /// A token is written as its text, or as an object with it.
    private static func token(_ value: JSONValue) -> String? { value.string ?? value["content"]?.string }
}

extension HuggingFaceTokenizer {
    /// The special tokens that a `TemplateProcessing` puts before and behind a text.
    var templateTokens: (begin: String?, end: String?) {
        let processors = postProcessor["processors"]?.array ?? [postProcessor]
        guard
            let single = processors.first(where: { $0["type"]?.string == "TemplateProcessing" })?["single"]?
                .array,
            let text = single.firstIndex(where: { $0["Sequence"] != nil })
        else { return (nil, nil) }
        let tokens = single.map { $0["SpecialToken"]?["id"]?.string }
        return (tokens[..<text].compactMap(\.self).last, tokens[text...].compactMap(\.self).first)
    }
}
