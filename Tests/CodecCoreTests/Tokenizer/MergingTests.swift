import CodecTesting
import Testing

@testable import CodecCore

@Suite struct MergingTests {
    /// The textbook algorithm: find the lowest-ranked pair, leftmost first, merge it, start over.
    static func textbook(_ text: [UInt8], _ merges: [(String, String)]) -> [[UInt8]] {
        var parts = text.map { [$0] }
        while true {
            var best: (rank: Int, at: Int)?
            for at in parts.indices.dropLast() {
                let rank = merges.firstIndex {
                    Array($0.0.utf8) == parts[at] && Array($0.1.utf8) == parts[at + 1]
                }
                if let rank, best.map({ rank < $0.rank }) ?? true { best = (rank, at) }
            }
            guard let best else { return parts }
            parts[best.at] += parts.remove(at: best.at + 1)
        }
    }

    /// Random merges over a small alphabet: each joins two tokens that exist, in no particular order.
    static func randomMerges(_ generator: inout some RandomNumberGenerator) -> [(String, String)] {
        var tokens = ["a", "b", "c"]
        var merges: [(String, String)] = []
        for _ in 0..<Int.random(in: 1...24, using: &generator) {
            guard let left = tokens.randomElement(using: &generator),
                let right = tokens.randomElement(using: &generator),
                !merges.contains(where: { $0 == (left, right) })
            else { continue }
            merges.append((left, right))
            tokens.append(left + right)
        }
        return merges.shuffled(using: &generator)
    }

    @Test("equals the textbook algorithm on random merges", arguments: UInt64(0)..<60)
    func textbook(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let merges = Self.randomMerges(&generator)
        let vocabulary = try SmallVocabulary(merges: merges).compile()
        for _ in 0..<20 {
            // Lengths on both sides of the limit between the two algorithms.
            let length = Int.random(in: 1...120, using: &generator)
            let text = (0..<length).map { _ in UInt8.random(in: 97...99, using: &generator) }
            let ids = text.withUnsafeBufferPointer { Tokenizer(vocabulary).encode(utf8: $0) }
            #expect(ids.map { vocabulary.bytes(of: $0) } == Self.textbook(text, merges))
        }
    }

    @Test("a long run without a split point", arguments: [1, 47, 48, 49, 50, 1_000, 300_001])
    func longRun(_ count: Int) throws {
        let vocabulary = try SmallVocabulary(merges: [("a", "a"), ("aa", "aa"), ("aaaa", "aaaa")]).compile()
        let ids = Tokenizer(vocabulary).encode(String(repeating: "a", count: count))
        var expected = [TokenID](repeating: 258, count: count / 8)
        let rest = count % 8
        if rest >= 4 { expected.append(257) }
        if rest % 4 >= 2 { expected.append(256) }
        if rest % 2 == 1 { expected.append(97) }
        #expect(ids == expected)
    }

    @Test("a piece that is a whole entry is taken as it is only where the vocabulary says so")
    func wholePieces() throws {
        // Merging alone never reaches "abc": "bc" comes first and "a bc" is no merge.
        let merges = [("b", "c"), ("a", "b"), ("ab", "c")]
        let text = "abc"
        let merged = try Tokenizer(SmallVocabulary(merges: merges).compile()).encode(text)
        #expect(merged == [97, 256])
        let whole = try Tokenizer(SmallVocabulary(merges: merges, takesWholePieces: true).compile()).encode(
            text)
        #expect(whole == [258])
    }

    @Test("bytes without a token are left out, and their neighbours merge")
    func missingBytes() throws {
        var definition = SmallVocabulary(merges: [("!", "!")]).definition()
        let missing = SmallVocabulary.spell([4])
        var tokens = StringTable()
        var ids: [TokenID] = []
        for index in 0..<definition.tokens.count {
            let token = definition.tokens[index]
            if token.elementsEqual(missing.utf8) { continue }
            tokens.append(token)
            ids.append(definition.tokenIDs[index])
        }
        definition.tokens = tokens
        definition.tokenIDs = ids
        let vocabulary = try Vocabulary(definition)
        #expect(Tokenizer(vocabulary).encode("!\u{4}!") == [256])
        #expect(Tokenizer(vocabulary).encode("\u{4}").isEmpty)
    }
}
