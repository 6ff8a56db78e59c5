@testable import CodecCore

/// Matches a split pattern by trying alternative after alternative, as the definition of the syntax says: the plain
/// algorithm beside the automaton.
struct BacktrackingMatcher {
    /// The text's characters: their scalars, and where each begins; one more position for the end.
    let scalars: [UInt32]
    let offsets: [Int]
    /// So many more steps may be taken.
    private var budget = 200_000

    struct TooManySteps: Error {}

    init(_ text: ArraySlice<UInt8>, readsBytes: Bool) {
        var scalars: [UInt32] = []
        var offsets: [Int] = []
        let bytes = Array(text)
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            while position < buffer.count {
                var (scalar, length) = readScalar(base, position, buffer.count)
                if readsBytes {
                    let character = ByteAlphabet.bytes.firstIndex { $0 == Int16(base[position]) } ?? 0
                    (scalar, length) = (UInt32(character), 1)
                }
                scalars.append(scalar)
                offsets.append(position)
                position += length
            }
        }
        self.scalars = scalars
        self.offsets = offsets + [bytes.count]
    }

    /// The ends, as offsets, of the pieces that the pattern cuts.
    mutating func pieceEnds(_ pattern: PatternSyntax) throws -> [Int] {
        var ends: [Int] = []
        var position = 0
        var gap = 0
        while position < scalars.count {
            guard let end = try matchEnd(pattern, position) else {
                position += 1
                continue
            }
            if gap < position { ends.append(offsets[position]) }
            ends.append(offsets[end])
            position = end
            gap = end
        }
        if gap < position { ends.append(offsets[position]) }
        return ends
    }

    private mutating func matchEnd(_ pattern: PatternSyntax, _ start: Int) throws -> Int? {
        for alternative in pattern.alternatives {
            if let end = try match(alternative[...], start, { _, end in end }), end > start { return end }
        }
        return nil
    }

    private typealias Rest = (inout BacktrackingMatcher, Int) throws -> Int?

    private mutating func match(
        _ sequence: ArraySlice<PatternSyntax.Item>, _ start: Int, _ rest: @escaping Rest
    ) throws -> Int? {
        budget -= 1
        guard budget > 0 else { throw TooManySteps() }
        guard let item = sequence.first else { return try rest(&self, start) }
        let following: Rest = { try $0.match(sequence.dropFirst(), $1, rest) }
        switch item {
        case .run(let set, let min, let max, let greed):
            var most = 0
            while most < max ?? .max, start + most < scalars.count, set.contains(scalars[start + most]) {
                most += 1
            }
            guard most >= min else { return nil }
            let counts =
                switch greed {
                case .greedy: Array((min...most).reversed())
                case .lazy: Array(min...most)
                case .possessive: [most]
                }
            for count in counts {
                if let end = try following(&self, start + count) { return end }
            }
            return nil
        case .group(let alternatives, let min, let max, let greed):
            return try matchGroup(alternatives, min, max, greed, start, following)
        case .peek(let set, let orEnd, let negative):
            let found = start < scalars.count ? set.contains(scalars[start]) : orEnd
            return found != negative ? try following(&self, start) : nil
        case .endOfText:
            return start == scalars.count ? try following(&self, start) : nil
        }
    }

    private mutating func matchGroup(
        _ alternatives: [PatternSyntax.Sequence], _ min: Int, _ max: Int?, _ greed: PatternSyntax.Greed,
        _ start: Int, _ following: @escaping Rest
    ) throws -> Int? {
        if min == 0, greed == .lazy, let end = try following(&self, start) { return end }
        if max != 0 {
            for alternative in alternatives {
                let end = try match(alternative[...], start) {
                    try $0.matchGroup(
                        alternatives, Swift.max(min - 1, 0), max.map { $0 - 1 }, greed, $1, following)
                }
                if let end { return end }
            }
        }
        return min == 0 && greed != .lazy ? try following(&self, start) : nil
    }
}
