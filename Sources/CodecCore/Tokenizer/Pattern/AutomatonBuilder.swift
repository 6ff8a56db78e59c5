/// Makes an automaton's states of a graph, by subset construction over ordered lists of places (the leftmost-first
/// form of Thompson's simulation, as in R. Cox, "Regular Expression Matching in the Wild").
struct AutomatonBuilder {
    typealias Step = PatternAutomaton.Step
    /// A step of the graph, with how much of a run is done.
    private typealias Place = UInt16

    private static let maximumStates = 4_096
    private static let maximumPlaces = 0xFFFF
    /// Bounds the time: about so many places are looked at.
    private static let maximumWork = 2_000_000

    private let graph: PatternGraph
    private let memberships: [UInt32]
    /// The first place of each step of the graph.
    private var firstPlaces: [Int] = []
    private var nodeOfPlace: [UInt16] = []

    private var lists: [[Place]] = []
    private var numbers: [[Place]: Int] = [:]
    /// For each state a step for each class.
    private(set) var steps: [Step] = []
    private(set) var acceptsAtEnd: [Bool] = []

    private var work = 0
    private var stamp = 0
    private var visited: [Int] = []
    private var added: [Int] = []

    /// - Parameter memberships: for each class of scalars a bit for each of the graph's sets.
    /// - Throws: for a pattern that would need too many states.
    init(_ graph: PatternGraph, memberships: [UInt32]) throws(PatternError) {
        self.graph = graph
        self.memberships = memberships
        for (index, node) in graph.nodes.enumerated() {
            firstPlaces.append(nodeOfPlace.count)
            let lastCount = node.kind == .run ? Self.lastCount(node) : 0
            guard lastCount >= 0, lastCount < Self.maximumPlaces - nodeOfPlace.count else {
                throw PatternError("repetitions that multiply to more than 65,535", offset: 0)
            }
            nodeOfPlace += [UInt16](repeating: UInt16(truncatingIfNeeded: index), count: lastCount + 1)
        }
        visited = [Int](repeating: 0, count: nodeOfPlace.count)
        added = visited
        try build()
    }

    var stateCount: Int { lists.count }

    /// How far a run's scalars are counted.
    private static func lastCount(_ node: PatternGraph.Node) -> Int {
        node.max == .max ? node.min : node.max
    }

    private mutating func build() throws(PatternError) {
        // State 0 is that of no places. The start's list is not looked up: an empty match is none there only.
        lists = [[], graph.roots.map { Place(truncatingIfNeeded: firstPlaces[$0]) }]
        numbers[[]] = 0
        steps = [Step](repeating: Step(bits: 0), count: memberships.count)
        acceptsAtEnd = [false]
        var state = 1
        while state < lists.count {
            for membership in memberships {
                let (places, accepts) = try self.step(from: state, membership)
                let next = try number(of: places)
                steps.append(Step(bits: UInt16(truncatingIfNeeded: next) | (accepts ? 0x8000 : 0)))
            }
            acceptsAtEnd.append(try self.step(from: state, nil).accepts)
            state += 1
        }
    }

    private mutating func number(of places: [Place]) throws(PatternError) -> Int {
        if let known = numbers[places] { return known }
        guard lists.count < Self.maximumStates else {
            throw PatternError("pattern that needs more than 4,096 states", offset: 0)
        }
        lists.append(places)
        numbers[places] = lists.count - 1
        return lists.count - 1
    }

    /// Where a scalar of a class leads, and whether the text before it is a match.
    /// - Parameter membership: the sets that the class is in; nil for the end of the text.
    private mutating func step(
        from state: Int, _ membership: UInt32?
    ) throws(PatternError) -> (places: [Place], accepts: Bool) {
        let isStart = state == 1
        stamp += 1
        var result: [Place] = []
        // Places to look at, the most preferred last; -1 - place: the place is reached by taking the scalar.
        var waiting: [Int] = []
        for place in lists[state] {
            waiting.removeAll(keepingCapacity: true)
            waiting.append(Int(place))
            while let place = waiting.popLast() {
                work += 1
                guard work <= Self.maximumWork else {
                    throw PatternError("pattern with too many ways to match", offset: 0)
                }
                if place < 0 {
                    if take(-1 - place, &result) { return (result, false) }
                    continue
                }
                let node = graph.nodes[Int(nodeOfPlace[place])]
                if node.kind == .accept {
                    if isStart { break }
                    return (result, true)
                }
                guard visited[place] != stamp else { continue }
                visited[place] = stamp
                switch node.kind {
                case .accept: break
                case .endOfText:
                    if membership == nil { waiting.append(firstPlaces[node.next]) }
                case .peek:
                    let found = membership.map { holds(node, $0) } ?? node.findsEnd
                    if found != node.isNegative { waiting.append(firstPlaces[node.next]) }
                case .branch:
                    for index in (node.firstTarget..<node.firstTarget + node.targetCount).reversed() {
                        waiting.append(firstPlaces[graph.targets[index]])
                    }
                case .run:
                    let count = place - firstPlaces[Int(nodeOfPlace[place])]
                    let mayTake = membership.map { holds(node, $0) && count < node.max } ?? false
                    let mayLeave = count >= node.min && !(mayTake && node.greed == .possessive)
                    let taken = -1 - (count < Self.lastCount(node) ? place + 1 : place)
                    if mayTake, node.greed == .lazy { waiting.append(taken) }
                    if mayLeave { waiting.append(firstPlaces[node.next]) }
                    if mayTake, node.greed != .lazy { waiting.append(taken) }
                }
            }
        }
        return (result, false)
    }

    private func holds(_ node: PatternGraph.Node, _ membership: UInt32) -> Bool {
        membership >> UInt32(truncatingIfNeeded: node.set) & 1 == 1
    }

    /// Adds a place, the least preferred so far. Returns whether no other can win against it.
    private mutating func take(_ place: Int, _ places: inout [Place]) -> Bool {
        if added[place] != stamp {
            added[place] = stamp
            places.append(Place(truncatingIfNeeded: place))
        }
        let number = Int(nodeOfPlace[place])
        let node = graph.nodes[number]
        return place - firstPlaces[number] >= node.min && graph.nodes[node.next].cannotFail
    }
}
