/// A split pattern's structure: alternatives of sequences of items, first match wins.
struct PatternSyntax: Equatable {
    typealias Sequence = [Item]

    enum Item: Equatable {
        /// A run of scalars of one set; `max` nil = no limit.
        case run(ScalarSet, min: Int, max: Int?, Greed)
        /// Alternatives, once or (when `optional`) not at all.
        case group([Sequence], optional: Bool, Greed)
        case lookahead([Sequence], negative: Bool)
        case endOfText
    }

    enum Greed: Equatable {
        /// As much as possible, giving back what the rest needs.
        case greedy
        /// As little as possible.
        case lazy
        /// As much as possible, giving nothing back.
        case possessive
    }

    var alternatives: [Sequence]
}
