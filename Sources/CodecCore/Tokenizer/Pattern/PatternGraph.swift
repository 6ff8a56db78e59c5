/// A split pattern as a graph of steps, from which the automaton is made.
struct PatternGraph {
    static let maximumSets = 32
    static let maximumNodes = 4_096
    static let maximumTargets = 16_384

    /// A step of the graph; `next` is the step that follows it.
    struct Node {
        enum Kind { case run, branch, peek, endOfText, accept }
        var kind: Kind
        var greed: PatternSyntax.Greed = .greedy
        /// The peek holds when it does not find what it looks for.
        var isNegative = false
        /// The peek finds what it looks for at the end of the text too.
        var findsEnd = false
        /// The number of the run's or peek's set.
        var set = 0
        var min = 0
        var max = Int.max
        /// The branch's alternatives, as a range of the graph's `targets`.
        var firstTarget = 0
        var targetCount = 0
        var next = 0
        /// A match from here on surely succeeds.
        var cannotFail = false
    }

    private(set) var nodes: [Node] = [Node(kind: .accept, cannotFail: true)]
    private(set) var targets: [Int] = []
    private(set) var sets: [ScalarSet] = []
    /// The first steps of the pattern's alternatives.
    private(set) var roots: [Int] = []

    init(_ syntax: PatternSyntax) throws(PatternError) {
        roots = try add(syntax.alternatives, before: 0)
    }

    /// Adds alternatives that lead to `next`; returns their first steps.
    private mutating func add(
        _ alternatives: [PatternSyntax.Sequence], before next: Int
    ) throws(PatternError) -> [Int] {
        var firsts: [Int] = []
        for sequence in alternatives {
            var first = next
            for item in sequence.reversed() { first = try add(item, before: first) }
            firsts.append(first)
        }
        return firsts
    }

    private mutating func add(_ item: PatternSyntax.Item, before next: Int) throws(PatternError) -> Int {
        switch item {
        case .run(let set, let min, let max, let greed):
            var node = Node(kind: .run, greed: greed, min: min, max: max ?? .max, next: next)
            node.set = try number(of: set)
            // Giving back cannot help what follows if that cannot fail; taking all is then one way less.
            if greed == .greedy, nodes[next].cannotFail { node.greed = .possessive }
            node.cannotFail = min == 0 && nodes[next].cannotFail
            return try append(node)
        case .group(let alternatives, let min, let max, let greed):
            var first = next
            if let max {
                for _ in min..<max { first = try addChoice(alternatives, before: first, or: next, greed) }
            } else {
                // A loop: the alternatives lead back to the choice.
                first = try append(Node(kind: .branch, next: next))
                try setTargets(add(alternatives, before: first), or: next, greed, of: first)
            }
            for _ in 0..<min {
                let firsts = try add(alternatives, before: first)
                first = try append(Node(kind: .branch))
                try setTargets(firsts, or: nil, .greedy, of: first)
            }
            return first
        case .peek(let set, let orEnd, let negative):
            var node = Node(kind: .peek, isNegative: negative, findsEnd: orEnd, next: next)
            node.set = try number(of: set)
            return try append(node)
        case .endOfText:
            return try append(Node(kind: .endOfText, next: next))
        }
    }

    /// Adds alternatives that lead to `next` and that may be left out, for what `other` leads to.
    private mutating func addChoice(
        _ alternatives: [PatternSyntax.Sequence], before next: Int, or other: Int,
        _ greed: PatternSyntax.Greed
    ) throws(PatternError) -> Int {
        let firsts = try add(alternatives, before: next)
        let branch = try append(Node(kind: .branch))
        try setTargets(firsts, or: other, greed, of: branch)
        return branch
    }

    private mutating func setTargets(
        _ firsts: [Int], or other: Int?, _ greed: PatternSyntax.Greed, of branch: Int
    ) throws(PatternError) {
        guard targets.count + firsts.count < Self.maximumTargets else {
            throw PatternError("pattern too large", offset: 0)
        }
        nodes[branch].firstTarget = targets.count
        if let other, greed == .lazy { targets.append(other) }
        targets += firsts
        if let other, greed != .lazy { targets.append(other) }
        nodes[branch].targetCount = targets.count - nodes[branch].firstTarget
        nodes[branch].cannotFail =
            targets[nodes[branch].firstTarget...].contains { nodes[$0].cannotFail }
    }

    private mutating func append(_ node: Node) throws(PatternError) -> Int {
        guard nodes.count < Self.maximumNodes else { throw PatternError("pattern too large", offset: 0) }
        nodes.append(node)
        return nodes.count - 1
    }

    private mutating func number(of set: ScalarSet) throws(PatternError) -> Int {
        for (number, known) in sets.enumerated() where known == set { return number }
        guard sets.count < Self.maximumSets else {
            throw PatternError("more than 32 different classes", offset: 0)
        }
        sets.append(set)
        return sets.count - 1
    }
}
