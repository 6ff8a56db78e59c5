/// A split pattern compiled to a small graph that is walked over UTF-8 bytes, first alternative first.
///
/// No regular-expression engine: runs of one set are loops, and only what a run may have to give back
/// is tried again. Immutable once made.
final class CompiledPattern: @unchecked Sendable {
    /// A step of the graph; `next` is the step that follows it.
    struct Node {
        enum Kind { case run, branch, lookahead, negativeLookahead, endOfText, accept }
        var kind: Kind
        var greed: PatternSyntax.Greed = .greedy
        /// The run's set, as a bit in the membership tables.
        var setBit: UInt32 = 0
        /// The run's set, as a number.
        var set = 0
        var min = 0
        var max = Int.max
        /// The branch's or lookahead's alternatives, as a range of `targets`.
        var targets = 0..<0
        var next = 0
    }

    static let maximumSets = 32
    static let maximumNodes = 4_096
    static let maximumAlternatives = 32

    private(set) var nodes: [Node] = [Node(kind: .accept)]
    private(set) var targets: [Int] = []
    private(set) var sets: [ScalarSet] = []
    /// Bit s of entry c: set s holds ASCII character c.
    let ascii = UnsafeMutablePointer<UInt32>.allocate(capacity: 128)
    /// Bit s of entry c: set s holds category c, beyond ASCII.
    let categories = UnsafeMutablePointer<UInt32>.allocate(capacity: 32)
    /// Bit s: set s has members by number, beyond ASCII, which the categories do not tell.
    private(set) var irregularSets: UInt32 = 0
    /// The first steps of the pattern's alternatives.
    private(set) var roots: [Int] = []
    /// Bit a of entry c: alternative a may match where ASCII character c stands; entry 128: any other.
    let starts = UnsafeMutablePointer<UInt32>.allocate(capacity: 129)

    convenience init(_ pattern: String) throws(PatternError) {
        try self.init(PatternParser.parse(pattern))
    }

    init(_ syntax: PatternSyntax) throws(PatternError) {
        ascii.initialize(repeating: 0, count: 128)
        categories.initialize(repeating: 0, count: 32)
        starts.initialize(repeating: 0, count: 129)
        guard syntax.alternatives.count <= Self.maximumAlternatives else {
            throw PatternError("more than 32 alternatives", offset: 0)
        }
        for alternative in syntax.alternatives { roots.append(try add(alternative, before: 0)) }
        for (number, set) in sets.enumerated() { tabulate(set, number) }
        for (number, root) in roots.enumerated() {
            let bit = UInt32(1) << UInt32(number)
            for character in 0...128 where mayStart(root, UInt32(character)) { starts[character] |= bit }
        }
    }

    deinit {
        ascii.deallocate()
        categories.deallocate()
        starts.deallocate()
    }

    /// Adds a sequence whose last item leads to `next`; returns its first step.
    private func add(_ sequence: PatternSyntax.Sequence, before next: Int) throws(PatternError) -> Int {
        var next = next
        for item in sequence.reversed() {
            var node: Node
            switch item {
            case .run(let set, let min, let max, let greed):
                node = Node(kind: .run, greed: greed, min: min, max: max ?? .max)
                node.set = try number(of: set)
                node.setBit = 1 << UInt32(node.set)
            case .group(let alternatives, let optional, let greed):
                guard greed != .possessive else { throw PatternError("possessive group", offset: 0) }
                var firsts: [Int] = []
                for alternative in alternatives { firsts.append(try add(alternative, before: next)) }
                if optional { firsts.insert(next, at: greed == .lazy ? 0 : firsts.count) }
                node = Node(kind: .branch, targets: append(targets: firsts))
            case .lookahead(let alternatives, let negative):
                var firsts: [Int] = []
                for alternative in alternatives { firsts.append(try add(alternative, before: 0)) }
                node = Node(
                    kind: negative ? .negativeLookahead : .lookahead, targets: append(targets: firsts))
            case .endOfText:
                node = Node(kind: .endOfText)
            }
            node.next = next
            guard nodes.count < Self.maximumNodes else { throw PatternError("pattern too large", offset: 0) }
            nodes.append(node)
            next = nodes.count - 1
        }
        return next
    }

    private func append(targets firsts: [Int]) -> Range<Int> {
        targets += firsts
        return targets.count - firsts.count..<targets.count
    }

    private func number(of set: ScalarSet) throws(PatternError) -> Int {
        for (number, known) in sets.enumerated() where known == set { return number }
        guard sets.count < Self.maximumSets else {
            throw PatternError("more than 32 different classes", offset: 0)
        }
        sets.append(set)
        return sets.count - 1
    }

    private func tabulate(_ set: ScalarSet, _ number: Int) {
        let bit = UInt32(1) << UInt32(number)
        for character in 0..<128 where set.contains(UInt32(character)) { ascii[character] |= bit }
        for category in 0..<32 where set.categories >> UInt32(category) & 1 == 1 {
            categories[category] |= bit
        }
        if !set.included.isEmpty || !set.excluded.isEmpty { irregularSets |= bit }
    }

    /// Whether a match from this step may begin with an ASCII character (or, for 128, with any other).
    private func mayStart(_ index: Int, _ character: UInt32) -> Bool {
        let node = nodes[index]
        switch node.kind {
        case .accept, .endOfText:
            return true
        case .run:
            let set = sets[node.set]
            let holds = character < 128 ? set.contains(character) : !set.isASCIIOnly
            return holds || node.min == 0 && mayStart(node.next, character)
        case .branch:
            return targets[node.targets].contains { mayStart($0, character) }
        case .lookahead, .negativeLookahead:
            return mayStart(node.next, character)
        }
    }
}
