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

    /// Random merges over a small alphabet: each joins two tokens that exist, in that order or in none.
    static func randomMerges(
        isShuffled: Bool, _ generator: inout some RandomNumberGenerator
    ) -> [(String, String)] {
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
        return isShuffled ? merges.shuffled(using: &generator) : merges
    }

    @Test("equals the textbook algorithm on random merges", arguments: UInt64(0)..<200)
    func textbook(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let merges = Self.randomMerges(isShuffled: seed % 2 == 0, &generator)
        let vocabulary = try SmallVocabulary(merges: merges).compile()
        let tokenizer = Tokenizer(vocabulary)
        for _ in 0..<20 {
            // Lengths on both sides of the limits between the algorithms, and of those of the caches.
            let length = Int.random(in: 1...120, using: &generator)
            let text = (0..<length).map { _ in UInt8.random(in: 97...99, using: &generator) }
            let ids = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            #expect(ids.map { vocabulary.bytes(of: $0) } == Self.textbook(text, merges))
            #expect(text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) } == ids)
        }
    }

    @Test("characters are merged as bytes are, between unknown ones", arguments: UInt64(0)..<60)
    func characters(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let merges = Self.randomMerges(isShuffled: seed % 3 == 0, &generator)
        var tokens = ["a", "b", "c"]
        for merge in merges where !tokens.contains(merge.0 + merge.1) { tokens.append(merge.0 + merge.1) }
        // Here `b` is a character of three bytes, and `c` the space.
        func spell(_ text: String, space: String) -> String {
            text.map { $0 == "b" ? "字" : $0 == "c" ? space : "a" }.joined()
        }
        let table = StringTable(tokens.map { spell($0, space: "\u{2581}") })
        let bytes = StringTable((0..<256).map { "<\($0)>" })
        var definition = VocabularyDefinition(
            encoder: .metaspace, tokens: table, tokenIDs: tokens.indices.map { TokenID($0 + 256) },
            merges: StringTable(
                merges.map { spell($0.0, space: "\u{2581}") + " " + spell($0.1, space: "\u{2581}") }),
            specialTokens: [], byteFallbackStart: 0, preTokenizer: .init())
        for index in 0..<256 {
            definition.tokens.append(bytes[index])
            definition.tokenIDs.append(TokenID(index))
        }
        let tokenizer = Tokenizer(try Vocabulary(definition))
        for _ in 0..<10 {
            let runs = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                (0..<Int.random(in: 1...90, using: &generator)).map { _ in
                    UInt8.random(in: 97...99, using: &generator)
                }
            }
            var expected: [TokenID] = []
            for (index, run) in runs.enumerated() {
                // A space comes in front of the text; a character without a token stands between two runs.
                if index > 0 { expected += "é".utf8.map { TokenID($0) } }
                for part in Self.textbook(index == 0 ? [99] + run : run, merges) {
                    let place = tokens.firstIndex(of: String(decoding: part, as: UTF8.self))
                    expected.append(TokenID(try #require(place) + 256))
                }
            }
            let text = runs.map { spell(String(decoding: $0, as: UTF8.self), space: " ") }.joined(
                separator: "é")
            #expect(tokenizer.encode(text) == expected)
        }
    }

    @Test("a long run without a split point", arguments: [1, 39, 40, 41, 50, 1_000, 300_001])
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
