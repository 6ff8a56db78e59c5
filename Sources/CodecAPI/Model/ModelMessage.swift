/// A message of a conversation: parts in the order in which they were written.
package struct ModelMessage: Sendable, Equatable {
    package enum Role: String, Sendable {
        case system, developer, user, assistant
        /// Results of tools, and nothing else.
        case tool
    }

    package var role: Role
    package var parts: [MessagePart]
    /// Who of several users or assistants speaks.
    package var name: String?

    package init(_ role: Role, _ parts: [MessagePart], name: String? = nil) {
        self.role = role
        self.parts = parts
        self.name = name
    }

    package init(_ role: Role, text: String) { self.init(role, [.text(text)]) }

    /// The text parts, joined.
    package var text: String {
        parts.reduce(into: "") { text, part in if case .text(let more) = part { text += more } }
    }
}

package enum MessagePart: Sendable, Equatable {
    case text(String)
    case image(ImagePart)
    case file(FilePart)
    /// What the assistant thought.
    case reasoning(ReasoningPart)
    /// What the assistant said in place of an answer.
    case refusal(String)
    case toolCall(ModelToolCall)
    case toolResult(ModelToolResult)
}

package struct ImagePart: Sendable, Equatable {
    /// An `http` or `https` address, or a `data:` URL with base64.
    package var url: String
    /// `auto`, `low`, `high`.
    package var detail: String?

    package init(url: String, detail: String? = nil) {
        self.url = url
        self.detail = detail
    }
}

/// A document, such as a PDF.
package struct FilePart: Sendable, Equatable {
    package var name: String?
    /// An `http` or `https` address, or a `data:` URL with base64.
    package var url: String

    package init(name: String? = nil, url: String) {
        self.name = name
        self.url = url
    }
}

package struct ReasoningPart: Sendable, Equatable {
    package var text: String
    /// What the server that made it signed it with: Anthropic's `signature`. It goes back only where it came from.
    package var signature: String?
    /// Thinking that only the server that made it can read: Anthropic's `redacted_thinking`.
    package var redacted: String?

    package init(text: String, signature: String? = nil, redacted: String? = nil) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
    }
}

package struct ModelToolCall: Sendable, Equatable {
    package var id: String
    package var name: String
    /// JSON text; what the model wrote, which need not be valid.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

package struct ModelToolResult: Sendable, Equatable {
    /// The id of the call that it answers.
    package var callID: String
    /// Texts and images.
    package var parts: [MessagePart]
    package var isError: Bool

    package init(callID: String, parts: [MessagePart], isError: Bool = false) {
        self.callID = callID
        self.parts = parts
        self.isError = isError
    }
}
