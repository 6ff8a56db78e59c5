/// The memory of an automaton: its states numbered so that those with a run come last, and laid out to be read
/// with one load a step.
final class AutomatonTables {
    typealias State = PatternAutomaton.State
    typealias Step = PatternAutomaton.Step

    let ascii: UnsafeMutablePointer<Step>
    let steps: UnsafeMutablePointer<Step>
    let states: UnsafeMutablePointer<State>
    let byteClasses: UnsafeMutablePointer<UInt8>
    /// By the kind of run: the first state that has it or one after it.
    let firstWithRun: [Int]
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
        var statesWithRun: [[Int]] = [[], [], [], []]
        for state in 0..<count {
            let row = builder.steps[state * classCount..<(state + 1) * classCount]
            var facts = State(acceptsAtEnd: builder.acceptsAtEnd[state])
            facts.isFinal = facts.acceptsAtEnd && row.allSatisfy { $0.next == 0 && $0.accepts }
            var run = PatternAutomaton.Run.none
            for accepts in [false, true] where state > 1 {
                let found = Self.run {
                    step(state, Int($0)).next == state && step(state, Int($0)).accepts == accepts
                }
                // Only runs of spaces are told to be matches all along.
                if found.rawValue > run.rawValue, !accepts || found == .spaces {
                    run = found
                    facts.acceptsInRun = accepts
                }
            }
            statesWithRun[run.rawValue].append(state)
            built.append(facts)
        }
        var numbers = [Int](repeating: 0, count: count)
        var firstWithRun: [Int] = []
        var next = 0
        for states in statesWithRun {
            firstWithRun.append(next)
            for state in states {
                numbers[state] = next
                next += 1
            }
        }
        self.firstWithRun = firstWithRun

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
        barren = Self.largestRun { step(1, Int($0)).next == 0 }
    }

    deinit {
        ascii.deallocate()
        steps.deallocate()
        states.deallocate()
        byteClasses.deallocate()
    }

    /// The kind of run that a set of ASCII characters has.
    private static func run(_ contains: (UInt8) -> Bool) -> PatternAutomaton.Run {
        if (0x61...0x7A).allSatisfy(contains) {
            return (0x41...0x5A).allSatisfy(contains) ? .letters : .smallLetters
        }
        return contains(0x20) ? .spaces : .none
    }

    /// Two ranges of a set of ASCII characters, those that matter most in texts; nil if they are small.
    private static func largestRun(_ contains: (UInt8) -> Bool) -> ASCIIRun? {
        var ranges: [ClosedRange<UInt8>] = []
        var start: UInt8?
        for character in UInt8(0)...128 {
            if character < 128, contains(character) {
                start = start ?? character
            } else if let first = start {
                ranges.append(first...character - 1)
                start = nil
            }
        }
        func weight(_ range: ClosedRange<UInt8>) -> Int {
            range.count + (range.contains(0x65) ? 1000 : 0) + (range.contains(0x20) ? 500 : 0)
        }
        ranges.sort { weight($0) > weight($1) }
        guard let first = ranges.first, weight(first) >= 32 else { return nil }
        return ASCIIRun(first, ranges.count > 1 ? ranges[1] : first)
    }
}
