import CodecTesting
import Testing

@testable import CodecCore

@Suite struct PreTokenizerStreamTests {
    /// The ends of the pieces of a text that arrives in parts, and up to where it was decided after each.
    static func stream(
        _ preTokenizer: PreTokenizer, _ text: [UInt8], cuts: [Int]
    ) -> (ends: [Int], decided: [Int]) {
        var ends: [Int] = []
        var decided: [Int] = []
        var start = 0
        var isGapless = true
        for cut in cuts + [text.count] {
            // Memory of its own, so that reading behind what has arrived would be found.
            let arrived = Array(text[..<cut])
            arrived.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                var given = start
                start = preTokenizer.forEachPiece(base, start, cut, isEnd: cut == text.count) {
                    isGapless = isGapless && $0 == given
                    given = $1
                    ends.append($1)
                }
                isGapless = isGapless && start == given
            }
            decided.append(start)
        }
        #expect(isGapless)
        return (ends, decided)
    }

    @Test("pieces of the stream are those of the whole", arguments: PublishedPatterns.all)
    func random(_ family: PublishedPatterns.Case) throws {
        let preTokenizer = try PreTokenizer(.init(splits: family.splits))
        var generator = SeededGenerator(seed: 11)
        for round in 0..<60 {
            let text = RandomText.bytes(1 + round % 50, using: &generator)
            let step = 1 + round % 5
            let cuts =
                round % 3 == 0
                ? Array(0..<text.count)
                : (0..<text.count).filter { _ in Int.random(in: 0..<step, using: &generator) == 0 }
            let result = Self.stream(preTokenizer, text, cuts: cuts)
            try #require(
                result.ends == PatternAutomatonTests.ends(preTokenizer, text),
                "\(String(decoding: text, as: UTF8.self).debugDescription) \(cuts)")
        }
    }

    @Test("so it is with random splits", arguments: UInt64(0)..<8)
    func randomSplits(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            let splits = (0..<Int.random(in: 1...3, using: &generator)).compactMap { _ in
                try? CompiledPattern(
                    PatternSyntax(alternatives: PatternAutomatonTests.alternatives(depth: 1, &generator)),
                    readsBytes: Int.random(in: 0..<4, using: &generator) == 0)
            }
            let preTokenizer = PreTokenizer(splits)
            for _ in 0..<10 {
                let text = (0..<Int.random(in: 1...14, using: &generator))
                    .flatMap { _ in
                        Array(["a", "b", "c", " ", "é", "漢"][Int.random(in: 0..<6, using: &generator)].utf8)
                    }
                let cuts = (0..<text.count).filter { _ in Bool.random(using: &generator) }
                try #require(
                    Self.stream(preTokenizer, text, cuts: cuts).ends
                        == PatternAutomatonTests.ends(preTokenizer, text))
            }
        }
    }

    @Test(
        "of prose, the last piece and what its lookahead needs is held back at most",
        arguments: PublishedPatterns.all.filter { family in
            ["GPT-2", "cl100k", "o200k", "Qwen", "tekken", "SmolLM2", "DeepSeek V3", "Kimi"]
                .contains { family.name.hasPrefix($0) }
        })
    func latency(_ family: PublishedPatterns.Case) throws {
        let preTokenizer = try PreTokenizer(.init(splits: family.splits))
        let text = Array(
            "The quick brown fox jumps over the lazy dog (twice), and it's 12,345 o'clock now.\n".utf8)
        let whole = PatternAutomatonTests.ends(preTokenizer, text)
        let result = Self.stream(preTokenizer, text, cuts: Array(1..<text.count))
        for (index, decided) in result.decided.enumerated() where index + 1 < text.count {
            let cut = index + 1
            let certain = whole.last { $0 < cut } ?? 0
            let before = whole.last { $0 < certain } ?? 0
            let held = "\(String(decoding: text[decided..<cut], as: UTF8.self).debugDescription)"
            #expect(decided >= before, "\(held) at \(cut)")
        }
    }

    @Test("without splits the whole text is one piece")
    func none() {
        let result = Self.stream(PreTokenizer([]), Array("a b".utf8), cuts: [1, 2])
        #expect(result.ends == [3] && result.decided == [0, 0, 3])
    }
}
