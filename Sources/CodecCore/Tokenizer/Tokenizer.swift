/// Text to ids: the very ids of the model's own tokenizer (spec §7).
public struct Tokenizer: Sendable {
    /// What to do with text that spells a special token.
    public enum Specials: Sendable, Equatable {
        /// It is ordinary text: the only safe choice for text that is not the caller's own.
        case plain
        /// It becomes the special token's id, longest name first.
        case parse
    }

    /// A stretch of a text, and whether special tokens are looked for in it.
    public struct Segment: Sendable, Equatable {
        public var text: String
        public var specials: Specials
        public init(_ text: String, specials: Specials = .plain) {
            self.text = text
            self.specials = specials
        }
    }

    public let vocabulary: Vocabulary

    public init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    /// The ids of a text. Never adds a begin or end token.
    public func encode(_ text: String, specials: Specials = .plain) -> [TokenID] { [] }

    /// The ids of UTF-8 bytes.
    public func encode(utf8: UnsafeBufferPointer<UInt8>, specials: Specials = .plain) -> [TokenID] { [] }

    /// The ids of segments as one text: cut and merged across segment borders as in the whole text, with
    /// special tokens found only inside the segments that say so.
    public func encode(_ segments: [Segment]) -> [TokenID] { [] }
}
