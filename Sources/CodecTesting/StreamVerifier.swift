/// Checks that an incremental decoder gives the same result for every way of cutting its input.
///
/// One verifier serves every decoder: `decode` feeds the chunks to a fresh one and returns all that came out of it,
/// the error it ended with included.
///
/// ```swift
/// let verifier = StreamVerifier { chunks in FrameOutcome(chunks, format: .msgpack) }
/// try verifier.verify(bytes, expecting: outcome)
/// ```
public struct StreamVerifier<Element: Sendable, Result: Equatable> {
    let decode: ([ArraySlice<Element>]) -> Result

    public init(decode: @escaping ([ArraySlice<Element>]) -> Result) {
        self.decode = decode
    }

    /// Feeds `input` whole, element by element, with empty chunks between, inside a larger buffer, and cut at random.
    /// - Parameters:
    ///   - randomCuts: how many times to cut at random.
    ///   - seed: repeats the random cuts of an earlier failure, which prints it.
    /// - Throws: `StreamVerifierFailure` for the first result that is not `expected`.
    public func verify(
        _ input: [Element], expecting expected: Result, randomCuts: Int = 20,
        seed: UInt64 = .random(in: 0 ... .max)
    ) throws(StreamVerifierFailure) {
        try check([input[...]], expected, "whole")
        try check(input.indices.map { input[$0...$0] }, expected, "element by element")
        try check(input.indices.flatMap { [[], input[$0...$0], []] }, expected, "with empty chunks")
        let padding = input.reversed()
        let larger = padding + input + padding
        try check([larger[input.count..<(2 * input.count)]], expected, "inside a larger buffer")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<randomCuts {
            let chunks = cut(input, &generator)
            let sizes = chunks.map(\.count)
            try check(chunks, expected, "cut at random (seed \(seed), sizes \(sizes))")
        }
    }

    /// Feeds every proper beginning of `input` and hands each result to `isRight`, with its length.
    /// - Throws: `StreamVerifierFailure` for the first result that is not right.
    public func verifyCutOff(
        _ input: [Element], _ isRight: (Int, Result) -> Bool
    ) throws(StreamVerifierFailure) {
        for length in 0..<input.count {
            let result = decode([input[..<length]])
            guard isRight(length, result) else {
                throw StreamVerifierFailure(
                    description: "cut off after \(length) of \(input.count): \(result)")
            }
        }
    }

    private func check(
        _ chunks: [ArraySlice<Element>], _ expected: Result, _ how: String
    ) throws(StreamVerifierFailure) {
        let result = decode(chunks)
        guard result == expected else {
            throw StreamVerifierFailure(description: "\(how): got \(result), expected \(expected)")
        }
    }

    private func cut(_ input: [Element], _ generator: inout SeededGenerator) -> [ArraySlice<Element>] {
        let longest = Int.random(in: 1...max(1, input.count), using: &generator)
        var chunks: [ArraySlice<Element>] = []
        var start = 0
        while start < input.count {
            let end = min(input.count, start + Int.random(in: 0...longest, using: &generator))
            chunks.append(input[start..<end])
            start = end
        }
        return chunks
    }
}

/// Which way of feeding gave another result, and what it was.
public struct StreamVerifierFailure: Error, CustomStringConvertible {
    public let description: String
}

/// Random numbers that a seed repeats (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
