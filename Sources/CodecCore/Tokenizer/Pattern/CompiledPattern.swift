/// A split pattern compiled to a small graph that is walked over UTF-8 bytes, first alternative first.
///
/// No regular-expression engine: runs of one set are loops, and only what a run may have to give back is
/// tried again. Owns the memory that `PatternMatcher` walks; immutable once made.
final class CompiledPattern: @unchecked Sendable {
    static let maximumSets = 32
    static let maximumNodes = 4_096
    static let maximumAlternatives = 32
    static let maximumChoices = 3

    let matcher: PatternMatcher

    convenience init(_ pattern: String) throws(PatternError) {
        try self.init(PatternParser.parse(pattern))
    }

    init(_ syntax: PatternSyntax) throws(PatternError) {
        var graph = PatternGraph()
        let roots = try graph.add(syntax)
        try graph.checkChoices(roots)
        matcher = PatternMatcher(graph, roots: roots)
    }

    deinit {
        matcher.deallocate()
    }
}

/// The graph under construction: its steps, and the sets that they name by number.
struct PatternGraph {
    /// A step of the graph; `next` is the step that follows it.
    struct Node {
        enum Kind { case run, branch, peek, lookahead, endOfText, accept }
        var kind: Kind
        var greed: PatternSyntax.Greed = .greedy
        /// A lookahead's or peek's answer when it does not find what it looks for.
        var isNegative = false
        /// The run's or peek's set: its number, and its bit in the membership tables.
        var set = 0
        var setBit: UInt32 { 1 << UInt32(truncatingIfNeeded: set) }
        var min = 0
        var max = Int.max
        /// The branch's or lookahead's alternatives, as a range of `targets`.
        var firstTarget = 0
        var targetCount = 0
        var next = 0
        /// A match from here on surely succeeds.
        var cannotFail = false
    }

    private(set) var nodes: [Node] = [Node(kind: .accept, cannotFail: true)]
    private(set) var targets: [Int] = []
    private(set) var sets: [ScalarSet] = []

    /// Adds the whole pattern; returns the first steps of its alternatives.
    mutating func add(_ syntax: PatternSyntax) throws(PatternError) -> [Int] {
        guard syntax.alternatives.count <= CompiledPattern.maximumAlternatives else {
            throw PatternError("more than 32 alternatives", offset: 0)
        }
        var roots: [Int] = []
        for alternative in syntax.alternatives { roots.append(try add(alternative, before: 0)) }
        return roots
    }

    /// Adds a sequence whose last item leads to `next`; returns its first step.
    private mutating func add(_ sequence: PatternSyntax.Sequence, before next: Int) throws(PatternError)
        -> Int
    {
        var next = next
        for item in sequence.reversed() {
            var node: Node
            switch item {
            case .run(let set, let min, let max, let greed):
                node = Node(kind: .run, greed: greed, min: min, max: max ?? .max)
                node.set = try number(of: set)
                if min == max || greed == .greedy && neverGivesBack(set, before: next) {
                    node.greed = .possessive
                }
            case .group(let alternatives, let optional, let greed):
                guard greed != .possessive else { throw PatternError("possessive group", offset: 0) }
                node = Node(kind: .branch)
                var firsts: [Int] = []
                for alternative in alternatives { firsts.append(try add(alternative, before: next)) }
                if optional { firsts.insert(next, at: greed == .lazy ? 0 : firsts.count) }
                setTargets(firsts, of: &node)
            case .lookahead(let alternatives, let negative):
                node = Node(kind: .lookahead, isNegative: negative)
                if alternatives.count == 1, alternatives[0].count == 1,
                    case .run(let set, 1, _, _) = alternatives[0][0]
                {
                    node.kind = .peek
                    node.set = try number(of: set)
                } else {
                    var firsts: [Int] = []
                    for alternative in alternatives { firsts.append(try add(alternative, before: 0)) }
                    setTargets(firsts, of: &node)
                }
            case .endOfText:
                node = Node(kind: .endOfText)
            }
            node.next = next
            node.cannotFail = cannotFail(node)
            guard nodes.count < CompiledPattern.maximumNodes else {
                throw PatternError("pattern too large", offset: 0)
            }
            nodes.append(node)
            next = nodes.count - 1
        }
        return next
    }

    /// Whether giving back part of a run cannot help what follows: because that cannot fail, or because
    /// it must begin with a scalar that the run's set has not.
    private func neverGivesBack(_ set: ScalarSet, before next: Int) -> Bool {
        let node = nodes[next]
        if node.kind == .run, node.min > 0 { return sets[node.set].isDisjoint(with: set) }
        return node.cannotFail
    }

    /// Whether a match from this step on surely succeeds; for a step whose followers are in the graph.
    private func cannotFail(_ node: Node) -> Bool {
        switch node.kind {
        case .accept: return true
        case .run: return node.min == 0 && nodes[node.next].cannotFail
        case .branch:
            return targets[node.firstTarget..<node.firstTarget + node.targetCount]
                .contains { nodes[$0].cannotFail }
        case .peek, .lookahead, .endOfText: return false
        }
    }

    private mutating func setTargets(_ firsts: [Int], of node: inout Node) {
        node.firstTarget = targets.count
        node.targetCount = firsts.count
        targets += firsts
    }

    private mutating func number(of set: ScalarSet) throws(PatternError) -> Int {
        for (number, known) in sets.enumerated() where known == set { return number }
        guard sets.count < CompiledPattern.maximumSets else {
            throw PatternError("more than 32 different classes", offset: 0)
        }
        sets.append(set)
        return sets.count - 1
    }

    /// Whether a match from this step may begin with an ASCII character (or, for 128, with any other).
    func mayStart(_ root: Int, _ character: UInt32) -> Bool {
        var seen = [Bool](repeating: false, count: nodes.count)
        return mayStart(root, character, &seen)
    }

    /// A step seen before said no, or this would not be asked.
    private func mayStart(_ index: Int, _ character: UInt32, _ seen: inout [Bool]) -> Bool {
        guard !seen[index] else { return false }
        seen[index] = true
        let node = nodes[index]
        switch node.kind {
        case .accept, .endOfText:
            return true
        case .run:
            let set = sets[node.set]
            let holds = character < 128 ? set.contains(character) : !set.isASCIIOnly
            return holds || node.min == 0 && mayStart(node.next, character, &seen)
        case .branch:
            for target in node.firstTarget..<node.firstTarget + node.targetCount
            where mayStart(targets[target], character, &seen) {
                return true
            }
            return false
        case .peek, .lookahead:
            return mayStart(node.next, character, &seen)
        }
    }

    /// How many choices a match from this step may have to undo, at most: runs that may give back or take
    /// more, and branches. Matching takes time of about the run's length to this power.
    private func choices(_ index: Int, _ known: inout [Int]) -> Int {
        if known[index] >= 0 { return known[index] }
        let node = nodes[index]
        var count = 0
        switch node.kind {
        case .accept: break
        case .endOfText, .peek: count = choices(node.next, &known)
        case .run: count = choices(node.next, &known) + (node.greed == .possessive ? 0 : 1)
        case .branch, .lookahead:
            for target in node.firstTarget..<node.firstTarget + node.targetCount {
                count = max(count, choices(targets[target], &known))
            }
            count += 1
            if node.kind == .lookahead { count += choices(node.next, &known) }
        }
        known[index] = count
        return count
    }

    /// - Throws: for a pattern whose matching could take more than a few tries of each length.
    func checkChoices(_ roots: [Int]) throws(PatternError) {
        var known = [Int](repeating: -1, count: nodes.count)
        for root in roots where choices(root, &known) > CompiledPattern.maximumChoices {
            throw PatternError("alternative with more than 3 choices to undo", offset: 0)
        }
    }
}
