import CodecTesting
import Testing

@testable import CodecCore

@Suite struct PatternAutomatonTests {
    /// The ends of the pieces as plain backtracking finds them.
    static func plainEnds(_ splits: [PreTokenizerDefinition.Split], _ text: [UInt8]) throws -> [Int] {
        var ends = text.isEmpty ? [] : [text.count]
        for split in splits {
            var next: [Int] = []
            var start = 0
            for end in ends {
                var matcher: BacktrackingMatcher
                let syntax: PatternSyntax
                switch split {
                case .pattern(let pattern):
                    matcher = BacktrackingMatcher(text[start..<end], readsBytes: false)
                    syntax = try PatternParser.parse(pattern)
                case .bytePattern(let pattern):
                    matcher = BacktrackingMatcher(text[start..<end], readsBytes: true)
                    syntax = try PatternParser.parse(pattern)
                case .program(let ops):
                    matcher = BacktrackingMatcher(text[start..<end], readsBytes: false)
                    syntax = try PatternSyntax(ops)
                }
                next += try matcher.pieceEnds(syntax).map { start + $0 }
                start = end
            }
            ends = next
        }
        return ends
    }

    static func ends(_ preTokenizer: PreTokenizer, _ text: [UInt8]) -> [Int] {
        var ends: [Int] = []
        text.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            preTokenizer.forEachPiece(base, 0, buffer.count) { ends.append($1) }
        }
        return ends
    }

    @Test("published patterns cut random texts as backtracking does", arguments: PublishedPatterns.all)
    func published(_ family: PublishedPatterns.Case) throws {
        let preTokenizer = try PreTokenizer(.init(splits: family.splits))
        var generator = SeededGenerator(seed: 7)
        for round in 0..<60 {
            let text = RandomText.bytes(1 + round % 60, using: &generator)
            let expected = try Self.plainEnds(family.splits, text)
            try #require(
                Self.ends(preTokenizer, text) == expected,
                "\(String(decoding: text, as: UTF8.self).debugDescription)")
        }
    }

    @Test("random patterns match random texts as backtracking does", arguments: UInt64(0)..<20)
    func randomPatterns(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var compared = 0
        for _ in 0..<30 {
            let syntax = PatternSyntax(alternatives: Self.alternatives(depth: 2, &generator))
            // A few need too many states.
            guard let compiled = try? CompiledPattern(syntax) else { continue }
            for _ in 0..<12 {
                let text = (0..<Int.random(in: 0...14, using: &generator))
                    .map { _ in ["a", "a", "b", "c", " ", "é"].randomElement(using: &generator) ?? "" }
                    .joined()
                let bytes = Array(text.utf8)
                var matcher = BacktrackingMatcher(bytes[...], readsBytes: false)
                guard let expected = try? matcher.pieceEnds(syntax) else { continue }
                let found = Self.ends(PreTokenizer([compiled]), bytes)
                try #require(found == expected, "\(syntax) \(text.debugDescription)")
                compared += 1
            }
        }
        #expect(compared > 200)
    }

    private static let sets = ["a", "b", "c", "ab", "a é", "bcé", "abc "].map { members in
        ScalarSet(union: members.unicodeScalars.map { ScalarSet($0.value...$0.value) })
    }

    static func alternatives(depth: Int, _ generator: inout SeededGenerator) -> [PatternSyntax.Sequence] {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            (0..<Int.random(in: depth == 2 ? 1...3 : 0...3, using: &generator))
                .map { _ in item(depth: depth, &generator) }
        }
    }

    private static func item(depth: Int, _ generator: inout SeededGenerator) -> PatternSyntax.Item {
        let set = sets[Int.random(in: 0..<sets.count, using: &generator)]
        let min = Int.random(in: 0...2, using: &generator)
        let max = Bool.random(using: &generator) ? nil : min + Int.random(in: 0...2, using: &generator)
        let greed: PatternSyntax.Greed = [.greedy, .greedy, .lazy, .possessive][
            Int.random(in: 0..<4, using: &generator)]
        switch Int.random(in: 0..<8, using: &generator) {
        case 0:
            return .peek(set, orEnd: Bool.random(using: &generator), negative: Bool.random(using: &generator))
        case 1: return .endOfText
        case 2, 3:
            guard depth > 0 else { break }
            let alternatives = alternatives(depth: depth - 1, &generator)
            let loops = max == nil && !PatternSyntax.mayBeEmpty(alternatives)
            return .group(
                alternatives, min: min % 2, max: loops ? nil : min % 2 + 1, greed == .lazy ? .lazy : .greedy)
        default: break
        }
        return .run(set, min: min, max: max, greed)
    }

    @Test(
        "long runs are cut as short ones", arguments: ["a", " ", "1", "é", "漢", "=", "\n", "aB", "\u{200D}"])
    func longRuns(_ unit: String) throws {
        let text = Array(String(repeating: unit, count: 5_000).utf8)
        for family in PublishedPatterns.all {
            let preTokenizer = try PreTokenizer(.init(splits: family.splits))
            let ends = Self.ends(preTokenizer, text)
            #expect(ends.last == text.count, "\(family.name)")
            #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "\(family.name)")
        }
    }

    @Test("a long run that is no match is gone through once")
    func longFailure() throws {
        let preTokenizer = try PreTokenizer(.init(splits: [.pattern(#"\s+$|ab*c|y"#)]))
        let blanks = String(repeating: " ", count: 300_000)
        #expect(Self.ends(preTokenizer, Array("\(blanks)x".utf8)) == [300_001])
        #expect(Self.ends(preTokenizer, Array("\(blanks)yx  ".utf8)) == [300_000, 300_001, 300_002, 300_004])
        let letters = "a" + String(repeating: "b", count: 300_000)
        #expect(Self.ends(preTokenizer, Array("\(letters)xabc".utf8)) == [300_002, 300_005])
    }

    @Test("every scalar has the class of the sets it is in")
    func classes() throws {
        let sets = try [#"\p{L}"#, #"[^\s\p{N}]"#, #"[\p{Lu}\p{M}&&[^\p{Han}]]"#, "(?i:k)", "[一-龥]"].map {
            pattern in
            guard case .run(let set, _, _, _) = try PatternParser.parse(pattern).alternatives[0].first
            else { return ScalarSet() }
            return set
        }
        let classes = try ScalarClasses(sets)
        var differing: [UInt32] = []
        for scalar in stride(from: UInt32(0), to: 0x110000, by: 3) {
            for (number, set) in sets.enumerated()
            where set.contains(scalar)
                != (classes.memberships[Int(classes.of(scalar))] >> UInt32(number) & 1 == 1)
            {
                differing.append(scalar)
            }
        }
        #expect(differing.isEmpty)
    }

    @Test(
        "hostile patterns end in an error, soon",
        arguments: [
            String(repeating: "[ab]*a[ab]{20}", count: 1), "(?:a|b)*a(?:a|b){14}",
            String(repeating: "a{1000}", count: 70),
            "(?:" + String(repeating: "|", count: 16_000) + "){1000}",
            "((((((a{1000}){1000}){1000}){1000}){1000}){1000})",
            String(repeating: "(?:a?){30}", count: 10) + "{900}b", "(?:a{1,300}b{1,300}){1,300}",
            (0..<4_000).map { "a{0,\($0 % 900)}b" }.joined(separator: "|"),
        ])
    func hostile(_ pattern: String) {
        #expect(throws: PatternError.self) { try CompiledPattern(pattern) }
    }

    @Test("a program with an absurd limit is refused", arguments: [-1, -5, Int.min, 100_000, Int.max - 1])
    func absurdLimit(_ limit: Int) {
        #expect(throws: VocabularyError.self) {
            try PreTokenizer(.init(splits: [.program([.numbers(maxRun: limit, leadSpace: false)])]))
        }
    }

    @Test("a class of many members is compiled")
    func largeClass() throws {
        let members = (0..<4_000).map { String(Unicode.Scalar(0x4E00 + 2 * $0) ?? "?") }.joined()
        let preTokenizer = try PreTokenizer(.init(splits: [.pattern("[\(members)]+")]))
        #expect(Self.ends(preTokenizer, Array("a\u{4E00}\u{4E02}\u{4E03}".utf8)) == [1, 7, 10])
    }
}
