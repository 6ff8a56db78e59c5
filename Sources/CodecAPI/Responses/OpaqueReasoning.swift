internal import CodecMaps

/// What a reasoning item's `encrypted_content` holds when we made it: the thought as the model's server wants it back. It
/// is not encrypted, for it holds nothing that its reader was not told; clients pass it on as they got it.
package enum OpaqueReasoning {
    /// What tells our contents from those of other servers.
    private static let mark = "codec-reasoning-1:"

    package static func write(_ part: ReasoningPart) -> String {
        var json = Array(mark.utf8)
        json.append(json: #"{"text":"#)
        json.append(jsonString: part.text)
        json.append(json: #","signature":"#)
        json.append(jsonString: part.signature)
        json.append(json: #","redacted":"#)
        json.append(jsonString: part.redacted)
        json.append(json: "}")
        return String(decoding: json, as: UTF8.self)
    }

    /// Nil for what another server wrote.
    package static func read(_ content: String) -> ReasoningPart? {
        guard content.hasPrefix(mark),
            let json = try? JSONValue(parsing: Array(content.utf8.dropFirst(mark.utf8.count)))
        else { return nil }
        return ReasoningPart(
            text: json["text"]?.string ?? "", signature: json["signature"]?.string,
            redacted: json["redacted"]?.string)
    }
}
