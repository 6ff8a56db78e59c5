import CodecCore
import CodecMaps

/// A conversation in ChatML, kept as ids: the model's own are never made to text and back.
struct Conversation {
    private let tokenizer: Tokenizer
    private(set) var ids: [TokenID] = []

    init(_ map: TokenizerMap) {
        tokenizer = map.tokenizer
    }

    /// Adds a turn of the system or the user, and the head of the assistant's when asked.
    mutating func add(role: String, _ text: String, thenAssistant: Bool = false) {
        var segments: [PromptSegment] = [
            .special("<|im_start|>"), .text(role + "\n" + text), .special("<|im_end|>"), .text("\n"),
        ]
        if thenAssistant { segments += [.special("<|im_start|>"), .text("assistant\n")] }
        add(segments)
    }

    /// Adds what the model has written.
    mutating func add(_ written: [TokenID]) {
        ids += written
    }

    /// Adds text. Special tokens stand only where the program puts them: a file that spells `<|im_end|>` ends nothing.
    mutating func add(_ segments: [PromptSegment]) {
        ids += tokenizer.encode(
            segments.map { segment in
                switch segment {
                case .special(let name): Tokenizer.Segment(name, specials: .parse)
                case .text(let text): Tokenizer.Segment(text)
                }
            })
    }
}
