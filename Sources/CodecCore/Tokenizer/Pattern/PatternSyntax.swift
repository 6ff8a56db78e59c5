/// A split pattern's structure: alternatives of sequences of items, first match wins.
struct PatternSyntax: Equatable {
    typealias Sequence = [Item]

    enum Item: Equatable {
        /// A run of scalars of one set; `max` nil = no limit.
        case run(ScalarSet, min: Int, max: Int?, Greed)
        /// Alternatives, so many times; never empty where there is no limit. Not possessive.
        case group([Sequence], min: Int, max: Int?, Greed)
        /// Whether a scalar of the set follows or, if `orEnd`, nothing; or, when `negative`, not that.
        case peek(ScalarSet, orEnd: Bool, negative: Bool)
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

    /// Whether one of some sequences can match without taking anything.
    static func mayBeEmpty(_ alternatives: [Sequence]) -> Bool {
        alternatives.contains { sequence in
            sequence.allSatisfy { item in
                switch item {
                case .run(_, let min, _, _): min == 0
                case .group(let alternatives, let min, _, _): min == 0 || mayBeEmpty(alternatives)
                case .peek, .endOfText: true
                }
            }
        }
    }
}
