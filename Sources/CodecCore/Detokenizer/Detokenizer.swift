/// Ids to text, as a stream (spec §8): text comes out at complete UTF-8 sequences only, and the whole
/// output is the same for every way of cutting the ids into calls.
public struct Detokenizer: Sendable {
    public enum Specials: Sendable, Equatable {
        /// Special tokens are as if they were not there.
        case hide
        /// Special tokens are spelled out by name.
        case show
    }

    /// Ids seen so far that the vocabulary has not; each became U+FFFD.
    public private(set) var unknownCount: Int = 0

    public init(_ vocabulary: Vocabulary, specials: Specials = .hide) {}

    /// The text that is complete after these ids.
    public mutating func append(_ ids: some Sequence<TokenID>) -> String { "" }

    /// The rest: an incomplete UTF-8 tail as U+FFFD.
    public mutating func finish() -> String { "" }

    /// Forgets the stream; the next one begins.
    public mutating func reset() {}
}

extension Vocabulary {
    /// The whole text of some ids.
    public func decode(_ ids: some Sequence<TokenID>, specials: Detokenizer.Specials = .hide) -> String {
        var detokenizer = Detokenizer(self, specials: specials)
        return detokenizer.append(ids) + detokenizer.finish()
    }
}
