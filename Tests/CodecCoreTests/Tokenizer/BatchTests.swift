import CodecTesting
import Testing

@testable import CodecCore

@Suite struct BatchTests {
    static let tokenizer = Result {
        Tokenizer(
            try SmallVocabulary(
                merges: [("h", "i"), (" ", "hi")], specials: ["<|end|>"], pattern: SmallVocabulary.gpt2Pattern
            ).compile())
    }

    @Test("a batch gives what its texts give one by one, in order", arguments: [0, 1, 2, 100, 3_000])
    func equal(_ count: Int) async throws {
        let tokenizer = try Self.tokenizer.get()
        var generator = SeededGenerator(seed: UInt64(count))
        let words = ["hi", " hi", "<|end|>", "\n\n", " 日本語", "x"]
        let texts = (0..<count).map { index in
            let length = index % 100 == 7 ? 3_000 : Int.random(in: 0...30, using: &generator)
            return (0..<length).compactMap { _ in words.randomElement(using: &generator) }.joined()
        }
        for specials in [Tokenizer.Specials.plain, .parse] {
            let expected = texts.map { tokenizer.encode($0, specials: specials) }
            #expect(try await tokenizer.encode(batch: texts, specials: specials) == expected)
            let bytes = texts.map { Array($0.utf8) }
            #expect(try await tokenizer.encode(batch: bytes, specials: specials) == expected)
        }
    }

    @Test("a cancelled task gets no half of a batch")
    func cancelled() async throws {
        let tokenizer = try Self.tokenizer.get()
        await #expect(throws: CancellationError.self) {
            try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await tokenizer.encode(batch: ["hi", "hi"])
            }.value
        }
    }
}
