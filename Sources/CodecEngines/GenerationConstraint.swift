public import CodecCore

/// What a completion has to look like: ids that it begins and ends with, and the language of the text between.
///
/// An engine that cannot keep to it refuses the request.
public struct GenerationConstraint: Sendable, Equatable {
    /// The completion's first ids. The model does not choose them, and goes on from them.
    public var prefix: [TokenID]
    /// What the text that the model chooses after `prefix` has to match; nil = anything.
    public var grammar: TextGrammar?
    /// The ids that follow once the model has ended the text by itself.
    public var suffix: [TokenID]

    public init(prefix: [TokenID] = [], grammar: TextGrammar? = nil, suffix: [TokenID] = []) {
        self.prefix = prefix
        self.grammar = grammar
        self.suffix = suffix
    }

    /// The ids that are not the model's choice.
    var fixedCount: Int { prefix.count + suffix.count }
}
