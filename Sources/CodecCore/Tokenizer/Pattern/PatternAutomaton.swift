/// A split pattern as a deterministic automaton: one step a scalar finds where a match ends, without going back.
///
/// A state stands for the ordered list of places in the pattern where the alternatives not yet given up are
/// (leftmost-first, as backtracking engines prefer). Whether the text so far is a match may depend on the class
/// of the scalar that follows, or on there being none: that is how lookahead and possessive runs are exact.
/// Plain memory without reference counts, owned by a `CompiledPattern`.
struct PatternAutomaton {
    /// What matching found where it found no end.
    static let noMatch = -1
    static let undecided = -2

    /// A step: the next state, and whether the text up to here is a match.
    struct Step {
        var bits: UInt16

        @inline(__always) var next: Int { Int(bits & 0x7FFF) }
        @inline(__always) var accepts: Bool { bits & 0x8000 != 0 }
    }

    /// What is known of a state beyond its steps.
    struct State {
        /// The text up to here is a match if it ends here.
        var acceptsAtEnd = false
        /// The text up to here is a match whatever follows, and no longer one can be.
        var isFinal = false
        /// The text before each of the spaces in the state's run is a match.
        var acceptsInRun = false
    }

    /// ASCII characters that lead from a state to itself, as far as it pays to pass many of them at once.
    ///
    /// A few fixed kinds and not any set: the processor predicts which it is, and need not wait for the state
    /// to know how far the run goes.
    enum Run: Int {
        case none, spaces, smallLetters, letters
    }

    /// States are ordered by their runs; these are the first of each kind. States 0 and 1 are "no match any more"
    /// and the start.
    let firstWithSpaces: Int
    let firstWithSmallLetters: Int
    let firstWithLetters: Int
    let classCount: Int
    /// Each byte is a character of the GPT-2 byte alphabet.
    let readsBytes: Bool
    /// 128 steps a state.
    let ascii: UnsafePointer<Step>
    /// `classCount` steps a state.
    let steps: UnsafePointer<Step>
    let states: UnsafePointer<State>
    /// The class of U+0000 to U+FFFF; in automata that read bytes, of each byte.
    let basicClasses: UnsafePointer<UInt8>
    let classes: Unmanaged<ScalarClasses>
    /// ASCII characters with which no match begins, if there are many.
    let barren: ASCIIRun?

    /// The end of the match that starts at `start`, which is below `end`.
    ///
    /// - Parameter isEnd: the text ends at `end`; otherwise more may follow.
    /// - Returns: `noMatch` if there is none (an empty match counts as none), `undecided` if that depends on
    ///   what follows.
    @inline(__always)
    func matchEnd(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isEnd: Bool) -> Int {
        var accepted = Self.noMatch
        var state = 1
        var position = start
        repeat {
            let byte = text[position]
            var step: Step
            var length = 1
            if byte < 0x80 {
                step = ascii[state << 7 | Int(byte)]
            } else {
                (step, length) = stepBeyondASCII(state, text, position, end)
            }
            state = step.next
            if state == 0 {
                if _fastPath(step.accepts) { return position }
                return accepted
            }
            if step.accepts { accepted = position }
            position &+= length
            if state >= firstWithSpaces {
                if state >= firstWithLetters {
                    position = ASCIIRun.letters.end(text, position, end)
                } else if state >= firstWithSmallLetters {
                    position = ASCIIRun.smallLetters.end(text, position, end)
                } else {
                    let runEnd = ASCIIRun.spaces.end(text, position, end)
                    if states[state].acceptsInRun, runEnd > position { accepted = runEnd &- 1 }
                    position = runEnd
                }
            }
        } while position < end
        if isEnd { return states[state].acceptsAtEnd ? position : accepted }
        return states[state].isFinal ? position : Self.undecided
    }

    /// The next match behind `start`, where there is none.
    ///
    /// - Returns: where it starts, or as far as there surely is none; and its end, `noMatch` or `undecided`.
    func nextMatch(
        _ text: UnsafePointer<UInt8>, behind start: Int, _ end: Int, isEnd: Bool
    ) -> (start: Int, end: Int) {
        var position = start
        // Where the last try is, which found no match. One that gets into the same state finds none either, so
        // that long runs, tried by `\s+$` say, are not gone through once for each of their characters.
        var failing = 1
        while position < end {
            let byte = text[position]
            let reached: Int
            var further = 0
            var length = 1
            if byte < 0x80 {
                reached = ascii[1 << 7 | Int(byte)].next
                if reached != 0 { further = ascii[failing << 7 | Int(byte)].next }
            } else {
                let number: UInt8
                (number, length) = classBeyondASCII(text, position, end)
                reached = steps[classCount &+ Int(number)].next
                if reached != 0 { further = steps[failing &* classCount &+ Int(number)].next }
            }
            if reached != further {
                let matched = matchEnd(text, position, end, isEnd: isEnd)
                if matched != Self.noMatch { return (position, matched) }
            }
            failing = reached
            position += length
            if reached == 0, byte < 0x80, let barren { position = barren.end(text, position, end) }
        }
        return (end, isEnd ? Self.noMatch : Self.undecided)
    }

    @inline(__always)
    private func stepBeyondASCII(
        _ state: Int, _ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int
    ) -> (Step, Int) {
        let (number, length) = classBeyondASCII(text, position, end)
        return (steps[state &* classCount &+ Int(number)], length)
    }

    /// The class of the scalar at `position`, and how many bytes it takes. Well-formed sequences of two and three
    /// bytes are read here, as they are frequent.
    @inline(__always)
    private func classBeyondASCII(
        _ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int
    ) -> (UInt8, Int) {
        let first = text[position]
        if readsBytes { return (basicClasses[Int(first)], 1) }
        let available = end &- position
        if available >= 3, 0xE0...0xEF ~= first {
            let (second, third) = (text[position &+ 1], text[position &+ 2])
            let scalar = Int(first & 0x0F) << 12 | Int(second & 0x3F) << 6 | Int(third & 0x3F)
            if second & 0xC0 == 0x80, third & 0xC0 == 0x80, scalar >= 0x800, scalar & 0xF800 != 0xD800 {
                return (basicClasses[scalar], 3)
            }
        } else if available >= 2, 0xC2...0xDF ~= first, text[position &+ 1] & 0xC0 == 0x80 {
            return (basicClasses[Int(first & 0x1F) << 6 | Int(text[position &+ 1] & 0x3F)], 2)
        }
        return rareClass(text, position, end)
    }

    @inline(never)
    private func rareClass(_ text: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> (UInt8, Int) {
        let (scalar, length) = readMultibyteScalar(text, position, end)
        return (classes._withUnsafeGuaranteedRef { $0.of(scalar) }, length)
    }
}
