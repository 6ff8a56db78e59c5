import CodecTesting
import Testing

@testable import CodecCore

@Suite struct SpecialTokenMatcherTests {
    struct Found: Equatable {
        var start: Int
        var name: String
    }

    /// Names of few letters, so that they overlap; the first bytes are as many as `firsts`.
    private func names(_ firsts: [String], _ generator: inout SeededGenerator) -> [String] {
        let count = Int.random(in: 1...20, using: &generator)
        return Set(
            (0..<count).compactMap { _ in
                let rest = (0..<Int.random(in: 0...5, using: &generator)).compactMap { _ in
                    "<|ab".randomElement(using: &generator)
                }
                return firsts.randomElement(using: &generator).map { $0 + String(rest) }
            }
        ).sorted()
    }

    private func expected(_ text: [UInt8], _ names: [String]) -> [Found] {
        var found: [Found] = []
        var position = 0
        while position < text.count {
            let longest = names.filter { text[position...].starts(with: $0.utf8) }.max {
                $0.utf8.count < $1.utf8.count
            }
            if let longest { found.append(Found(start: position, name: longest)) }
            position += longest?.utf8.count ?? 1
        }
        return found
    }

    /// The matches in a prefix of a text, up to where its end leaves the next open.
    private func decided(
        _ text: [UInt8], _ end: Int, _ names: [String], _ matcher: SpecialTokenMatcher, isWhole: Bool
    ) -> (found: [Found], end: Int) {
        text.withUnsafeBufferPointer { text in
            guard let base = text.baseAddress else { return ([], 0) }
            var found: [Found] = []
            var position = 0
            while true {
                switch matcher.find(base, position, end, isWhole: isWhole) {
                case .match(let match):
                    found.append(Found(start: match.start, name: names[Int(match.id)]))
                    position = match.end
                case .undecided(let start): return (found, start)
                case .nothing: return (found, end)
                }
            }
        }
    }

    @Test("leftmost, longest, as by trying every name everywhere", arguments: UInt64(0)..<120)
    func random(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let firsts = [["<"], ["<", "|"], ["<", "|", "a"], ["<", "|", "a", "b", "\u{E9}"]]
        let names = names(firsts[Int(seed % 4)], &generator)
        let tokens = names.enumerated().map {
            VocabularyDefinition.SpecialToken(name: $1, id: TokenID($0))
        }
        let matcher = SpecialTokenMatcher(tokens.shuffled(using: &generator))
        let letters = seed % 3 == 0 ? "<|ab" : "<|abcdefghijklmnopqrstuvwxyz é 0123456789"
        let text = (0..<120).compactMap { _ in letters.randomElement(using: &generator) }
        let bytes = Array(String(text).utf8)
        let all = expected(bytes, names)
        #expect(decided(bytes, bytes.count, names, matcher, isWhole: true).found == all)
        // Whatever the end cuts, what is decided before is what the whole text gives.
        for end in 0...bytes.count {
            let (found, undecided) = decided(bytes, end, names, matcher, isWhole: false)
            #expect(found == all.filter { $0.start < undecided })
            let longest = names.map(\.utf8.count).max() ?? 0
            #expect(undecided <= end && undecided > end - longest)
        }
    }

    @Test("an empty name is not found, no names find nothing")
    func empty() {
        let empty = SpecialTokenMatcher([VocabularyDefinition.SpecialToken(name: "", id: 0)])
        #expect(empty.isEmpty)
        #expect(decided(Array("<|a".utf8), 3, [], empty, isWhole: false) == ([], 3))
    }
}
