extension CompiledPattern {
    /// The end of the match that starts at `position`, or -1. An empty match counts as none.
    ///
    /// `end` is the text's end: lookahead sees nothing behind it.
    @inline(__always)
    func matchEnd(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> Int {
        let first = text[position]
        var candidates = starts[first < 0x80 ? Int(first) : 128]
        return roots.withUnsafeBufferPointer { roots in
            while candidates != 0 {
                let alternative = candidates.trailingZeroBitCount
                candidates &= candidates - 1
                let matched = match(roots[alternative], text, position, end)
                if matched > position { return matched }
            }
            return -1
        }
    }

    private func match(_ index: Int, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        nodes.withUnsafeBufferPointer { nodes in
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
                    if node.greed == .possessive || nodes[node.next].kind == .accept && node.greed == .greedy {
                        position = run.end
                    } else {
                        return node.greed == .greedy
                            ? matchGivingBack(node, text, run, end)
                            : matchTaking(node, text, run, end)
                    }
                case .branch:
                    for target in node.targets {
                        let matched = match(targets[target], text, position, end)
                        if matched >= 0 { return matched }
                    }
                    return -1
                case .lookahead, .negativeLookahead:
                    var found = false
                    for target in node.targets where match(targets[target], text, position, end) >= 0 {
                        found = true
                        break
                    }
                    guard found == (node.kind == .lookahead) else { return -1 }
                }
                index = node.next
            }
        }
    }

    /// How far a run can go: `end` is -1 when it is shorter than its minimum, `least` is where the
    /// minimum is reached. A lazy run stops at its minimum.
    private func scanRun(
        _ node: Node, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> (least: Int, end: Int) {
        var position = start
        var count = 0
        var least = start
        let max = node.greed == .lazy ? node.min : node.max
        while position < end, count < max {
            let byte = text[position]
            if byte < 0x80 {
                if ascii[Int(byte)] & node.setBit == 0 { break }
                position += 1
            } else {
                let (scalar, length) = readMultibyteScalar(text, position, end)
                if !holds(node, scalar) { break }
                position += length
            }
            count += 1
            if count == node.min { least = position }
        }
        return count < node.min ? (start, -1) : (least, position)
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
            guard scalar < 0x80 ? ascii[Int(scalar)] & node.setBit != 0 : holds(node, scalar) else { return -1 }
            position += length
            count += 1
        }
    }
}
