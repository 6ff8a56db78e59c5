/// Walks a compiled pattern over UTF-8 bytes. Plain memory without reference counts, owned by a
/// `CompiledPattern`.
struct PatternMatcher {
    private typealias Node = PatternGraph.Node

    private let nodes: UnsafeMutableBufferPointer<Node>
    private let targets: UnsafeMutableBufferPointer<Int>
    private let roots: UnsafeMutableBufferPointer<Int>
    private let sets: UnsafeMutableBufferPointer<ScalarSet>
    /// Bit s of entry c: set s holds ASCII character c.
    private let ascii: UnsafeMutablePointer<UInt32>
    /// Bit s of entry c: set s holds category c, beyond ASCII.
    private let categories: UnsafeMutablePointer<UInt32>
    /// Bit s: set s has members by number, beyond ASCII, which the categories do not tell.
    private let irregularSets: UInt32
    /// Bit a of entry c: alternative a may match where ASCII character c stands; entry 128: any other.
    private let starts: UnsafeMutablePointer<UInt32>

    init(_ graph: PatternGraph, roots: [Int]) {
        nodes = Self.copy(graph.nodes)
        targets = Self.copy(graph.targets)
        self.roots = Self.copy(roots)
        sets = Self.copy(graph.sets)
        ascii = .allocate(capacity: 128)
        ascii.initialize(repeating: 0, count: 128)
        categories = .allocate(capacity: 32)
        categories.initialize(repeating: 0, count: 32)
        starts = .allocate(capacity: 129)
        starts.initialize(repeating: 0, count: 129)
        var irregular: UInt32 = 0
        for (number, set) in graph.sets.enumerated() {
            let bit = UInt32(1) << UInt32(number)
            for character in 0..<128 where set.contains(UInt32(character)) { ascii[character] |= bit }
            for category in 0..<32 where set.categories >> UInt32(category) & 1 == 1 {
                categories[category] |= bit
            }
            if set.isIrregular { irregular |= bit }
        }
        irregularSets = irregular
        for (number, root) in roots.enumerated() {
            let bit = UInt32(1) << UInt32(number)
            for character in 0...128 where graph.mayStart(root, UInt32(character)) {
                starts[character] |= bit
            }
        }
    }

    private static func copy<Element>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: array.count)
        _ = buffer.initialize(from: array)
        return buffer
    }

    func deallocate() {
        nodes.deinitialize().deallocate()
        targets.deinitialize().deallocate()
        roots.deinitialize().deallocate()
        sets.deinitialize().deallocate()
        ascii.deallocate()
        categories.deallocate()
        starts.deallocate()
    }

    /// The end of the match that starts at `position`, or -1. An empty match counts as none.
    ///
    /// `end` is the text's end: lookahead sees nothing behind it. `position` is below it.
    @inline(__always)
    func matchEnd(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> Int {
        let first = text[position]
        var candidates = starts[first < 0x80 ? Int(first) : 128]
        while candidates != 0 {
            let matched = match(roots[candidates.trailingZeroBitCount], text, position, end)
            if matched > position { return matched }
            candidates &= candidates &- 1
        }
        return -1
    }

    private func match(_ index: Int, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = index
        var position = start
        while true {
            let node = nodes[index]
            switch node.kind {
            case .accept:
                return position
            case .endOfText:
                guard position == end else { return -1 }
            case .run:
                let run = scanRun(node, text, position, end)
                guard run.end >= 0 else { return -1 }
                switch node.greed {
                case .possessive: position = run.end
                case .greedy: return matchGivingBack(node, text, run, end)
                case .lazy: return matchTaking(node, text, run, end)
                }
            case .branch:
                for target in node.firstTarget..<node.firstTarget + node.targetCount {
                    let matched = match(targets[target], text, position, end)
                    if matched >= 0 { return matched }
                }
                return -1
            case .peek:
                var found = false
                if position < end {
                    let scalar = readScalar(text, position, end).scalar
                    found = scalar < 0x80 ? ascii[Int(scalar)] & node.setBit != 0 : holds(node, scalar)
                }
                guard found != node.isNegative else { return -1 }
            case .lookahead:
                var found = false
                for target in node.firstTarget..<node.firstTarget + node.targetCount
                where match(targets[target], text, position, end) >= 0 {
                    found = true
                    break
                }
                guard found != node.isNegative else { return -1 }
            }
            index = node.next
        }
    }

    /// How far a run can go: `end` is -1 when it is shorter than its minimum, `least` is where the
    /// minimum is reached. A lazy run stops at its minimum.
    @inline(__always)
    private func scanRun(
        _ node: Node, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> (least: Int, end: Int) {
        var position = start
        var count = 0
        var least = start
        let setBit = node.setBit
        let min = node.min
        let max = node.greed == .lazy ? min : node.max
        while position < end, count < max {
            let byte = text[position]
            if byte < 0x80 {
                if ascii[Int(byte)] & setBit == 0 { break }
                position += 1
            } else {
                let (scalar, length) = readMultibyteScalar(text, position, end)
                if !holds(node, scalar) { break }
                position += length
            }
            count += 1
            if count == min { least = position }
        }
        return count < min ? (start, -1) : (least, position)
    }

    @inline(__always)
    private func holds(_ node: Node, _ scalar: UInt32) -> Bool {
        if irregularSets & node.setBit != 0 { return sets[node.set].contains(scalar) }
        return categories[Int(GeneralCategory.of(scalar))] & node.setBit != 0
    }

    /// Tries the rest behind the whole run, then behind ever less of it.
    private func matchGivingBack(
        _ node: Node, _ text: UnsafePointer<UInt8>, _ run: (least: Int, end: Int), _ end: Int
    ) -> Int {
        var position = run.end
        while true {
            let matched = match(node.next, text, position, end)
            if matched >= 0 || position <= run.least { return matched }
            position -= 1
            while position > run.least, text[position] & 0xC0 == 0x80 { position -= 1 }
        }
    }

    /// Tries the rest behind the shortest run, then behind ever more.
    private func matchTaking(
        _ node: Node, _ text: UnsafePointer<UInt8>, _ run: (least: Int, end: Int), _ end: Int
    ) -> Int {
        var position = run.end
        var count = node.min
        while true {
            let matched = match(node.next, text, position, end)
            if matched >= 0 { return matched }
            guard position < end, count < node.max else { return -1 }
            let (scalar, length) = readScalar(text, position, end)
            guard scalar < 0x80 ? ascii[Int(scalar)] & node.setBit != 0 : holds(node, scalar) else {
                return -1
            }
            position += length
            count += 1
        }
    }
}
