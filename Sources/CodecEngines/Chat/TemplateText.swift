internal import CodecCore

/// A string inside a chat template, which knows what of it the template wrote and what came in a message.
struct TemplateText: Equatable, Sendable {
    /// Neighbours differ in `specials`: `.parse` for the template's own text, `.plain` for a message's.
    private(set) var segments: [Tokenizer.Segment]

    init(_ string: String, specials: Tokenizer.Specials) {
        segments = string.isEmpty ? [] : [Tokenizer.Segment(string, specials: specials)]
    }

    var string: String { segments.map(\.text).joined() }

    static func += (text: inout TemplateText, other: TemplateText) {
        for segment in other.segments {
            if let last = text.segments.indices.last, text.segments[last].specials == segment.specials {
                text.segments[last].text += segment.text
            } else {
                text.segments.append(segment)
            }
        }
    }

    /// A text made of this one. What is made of a message's text, even in part, counts as a message's.
    func derived(_ string: String) -> TemplateText {
        let isOwn = segments.allSatisfy { $0.specials == .parse }
        return TemplateText(string, specials: isOwn ? .parse : .plain)
    }
}
