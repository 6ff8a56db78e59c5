/// The memory of an automaton: its states numbered so that those with a run come last, and laid out to be read
/// with one load a step.
final class AutomatonTables {
    typealias State = PatternAutomaton.State
    typealias Step = PatternAutomaton.Step

    let ascii: UnsafeMutablePointer<Step>
    let steps: UnsafeMutablePointer<Step>
    let states: UnsafeMutablePointer<State>
    let byteClasses: UnsafeMutablePointer<UInt8>
    let firstWithRun: Int
    let barren: ASCIIRun?

    init(_ builder: AutomatonBuilder, _ classes: ScalarClasses, readsBytes: Bool) {
        let count = builder.stateCount
        let classCount = classes.count
        let byteClasses = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        self.byteClasses = byteClasses
        for byte in 0..<256 { byteClasses[byte] = classes.of(UInt32(byte)) }
        if readsBytes {
            for (character, byte) in ByteAlphabet.bytes.enumerated() where byte >= 0 {
                byteClasses[Int(byte)] = classes.of(UInt32(character))
            }
        }
        func step(_ state: Int, _ byte: Int) -> Step {
            builder.steps[state * classCount + Int(byteClasses[byte])]
        }

        var built: [State] = []
        var numbers = [Int](repeating: 0, count: count)
        var withoutRun = 0
        for state in 0..<count {
            let row = builder.steps[state * classCount..<(state + 1) * classCount]
            var facts = State(acceptsAtEnd: builder.acceptsAtEnd[state])
            facts.isFinal = facts.acceptsAtEnd && row.allSatisfy { $0.next == 0 && $0.accepts }
            // Runs are worth their cost where they are long: words, and blanks.
            for accepts in [false, true] where state > 1 {
                let ranges = ASCIIRanges {
                    step(state, $0).next == state && step(state, $0).accepts == accepts
                }
                guard ranges.holdWords || ranges.holdSpace else { continue }
                facts.run = ranges.run
                facts.acceptsInRun = accepts
                numbers[state] = -1
            }
            if numbers[state] == 0 {
                numbers[state] = withoutRun
                withoutRun += 1
            }
            built.append(facts)
        }
        firstWithRun = withoutRun
        var next = withoutRun
        for state in 0..<count where numbers[state] < 0 {
            numbers[state] = next
            next += 1
        }

        ascii = .allocate(capacity: 128 * count)
        steps = .allocate(capacity: max(1, classCount * count))
        states = .allocate(capacity: count)
        for state in 0..<count {
            let number = numbers[state]
            (states + number).initialize(to: built[state])
            func renumbered(_ step: Step) -> Step {
                Step(bits: UInt16(truncatingIfNeeded: numbers[step.next]) | step.bits & 0x8000)
            }
            for byte in 0..<128 {
                (ascii + number * 128 + byte).initialize(to: renumbered(step(state, byte)))
            }
            for index in 0..<classCount {
                (steps + number * classCount + index)
                    .initialize(to: renumbered(builder.steps[state * classCount + index]))
            }
        }
        let dead = ASCIIRanges { step(1, $0).next == 0 }
        barren = dead.holdWords ? dead.run : nil
    }

    deinit {
        ascii.deallocate()
        steps.deallocate()
        states.deallocate()
        byteClasses.deallocate()
    }
}

/// The two ranges of a set of ASCII characters that matter most: letters before blanks before the rest.
private struct ASCIIRanges {
    private(set) var holdWords = true
    private(set) var holdSpace = false
    private var best: (ClosedRange<UInt8>, weight: Int) = (0...0, -1)
    private var second: (ClosedRange<UInt8>, weight: Int) = (0...0, -1)

    init(_ contains: (Int) -> Bool) {
        var start: Int?
        var weight = 0
        for character in 0...128 {
            if character < 128, contains(character) {
                if start == nil { (start, weight) = (character, 0) }
                weight += Self.weight(character)
            } else {
                if 0x61...0x7A ~= character { holdWords = false }
                if let first = start { add(UInt8(first)...UInt8(character - 1), weight) }
                start = nil
            }
        }
        holdSpace = contains(0x20)
    }

    private static func weight(_ character: Int) -> Int {
        switch character {
        case 0x61...0x7A: 20
        case 0x20: 100
        case 0x41...0x5A: 5
        default: 1
        }
    }

    private mutating func add(_ range: ClosedRange<UInt8>, _ weight: Int) {
        if weight > best.weight {
            second = best
            best = (range, weight)
        } else if weight > second.weight {
            second = (range, weight)
        }
    }

    var run: ASCIIRun { ASCIIRun(best.0, second.weight < 0 ? best.0 : second.0) }
}
