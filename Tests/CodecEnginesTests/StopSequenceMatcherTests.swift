import CodecCore
@testable import CodecEngines
import Testing

@Suite("Stop strings in a stream of ids")
struct StopSequenceMatcherTests {
    /// A vocabulary whose ids 0..<256 are the single bytes, and the others what a test gives; -1 as text is none.
    struct Tokens: Sendable {
        var texts: [[UInt8]]

        init(_ texts: [String]) { self.texts = texts.map { Array($0.utf8) } }

        func text(_ id: TokenID) -> [UInt8] {
            id < 256 ? [UInt8(id)] : texts.indices.contains(Int(id) - 256) ? texts[Int(id) - 256] : []
        }

        func ids(_ bytes: [UInt8]) -> [TokenID] { bytes.map(TokenID.init) }

        func matcher(_ stops: [String]) -> StopSequenceMatcher {
            StopSequenceMatcher(stops: stops, textOfID: text, idsOfText: ids)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var stops: [String]
        var tokens: [String]
        /// What `append` gives for each token, as text; then what `finish` gives.
        var released: [String]
        var isMatch: Bool
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "none", stops: ["x"], tokens: ["ab", "cd"], released: ["ab", "cd", ""], isMatch: false),
        Case(
            name: "whole token", stops: ["cd"], tokens: ["ab", "cd"], released: ["ab", "", ""], isMatch: true),
        Case(name: "first token", stops: ["ab"], tokens: ["ab"], released: ["", ""], isMatch: true),
        Case(name: "inside a token", stops: ["b"], tokens: ["abc"], released: ["a", ""], isMatch: true),
        Case(
            name: "end of one, beginning of the next", stops: ["bc"], tokens: ["ab", "cd"],
            released: ["", "a", ""], isMatch: true),
        Case(
            name: "over three tokens", stops: ["bcd"], tokens: ["ab", "c", "de"],
            released: ["", "", "a", ""],
            isMatch: true),
        Case(
            name: "a beginning that comes to nothing", stops: ["abx"], tokens: ["a", "b", "c"],
            released: ["", "", "abc", ""], isMatch: false),
        Case(
            name: "a beginning at the very end", stops: ["abx"], tokens: ["z", "ab"],
            released: ["z", "", "ab"],
            isMatch: false),
        Case(
            name: "falls back to a shorter beginning", stops: ["aab"], tokens: ["a", "a", "a", "b"],
            released: ["", "", "a", "", ""], isMatch: true),
        Case(
            name: "a later beginning inside held ids", stops: ["abac"], tokens: ["aba", "bac", "x"],
            released: ["", "ab", ""], isMatch: true),
        Case(
            name: "the stop complete first wins", stops: ["abcd", "bc"], tokens: ["abcd"],
            released: ["a", ""],
            isMatch: true),
        Case(
            name: "the longest of those complete together", stops: ["c", "abc", "bc"], tokens: ["zab", "c"],
            released: ["", "z", ""], isMatch: true),
        Case(
            name: "an empty stop never matches", stops: ["", "b"], tokens: ["a", "b"],
            released: ["a", "", ""],
            isMatch: true),
        Case(
            name: "a line break after a word", stops: ["\n"], tokens: ["Paris", ".\n\nThe"],
            released: ["Paris", ".", ""], isMatch: true),
        Case(
            name: "scripts", stops: ["日本"], tokens: ["東京は日", "本の"], released: ["", "東京は", ""], isMatch: true),
    ]

    @Test("cases", arguments: cases)
    func table(_ c: Case) {
        let tokens = Tokens(c.tokens)
        var matcher = tokens.matcher(c.stops)
        var released: [String] = []
        for index in c.tokens.indices where !matcher.hasMatched {
            let ids = matcher.append(TokenID(256 + index))
            released.append(String(decoding: ids.flatMap(tokens.text), as: UTF8.self))
        }
        released.append(String(decoding: matcher.finish().flatMap(tokens.text), as: UTF8.self))
        #expect(released == c.released)
        #expect(matcher.hasMatched == c.isMatch)
    }

    @Test("ids before the stop stay the very ids; only the straddling token is made anew")
    func ids() {
        let tokens = Tokens(["ab", "cd", "efST", "OPgh"])
        var matcher = tokens.matcher(["STOP"])
        #expect(matcher.append(256) == [256])
        #expect(matcher.append(257) == [257])
        #expect(matcher.append(258) == [])
        #expect(matcher.append(259) == Array("ef".utf8).map(TokenID.init))
        #expect(matcher.hasMatched)
        #expect(matcher.append(256) == [])
        #expect(matcher.finish() == [])
    }

    @Test("a character split over tokens, byte by byte")
    func splitCharacter() {
        let tokens = Tokens([])
        var matcher = tokens.matcher(["é!"])
        let released = Array("aé?é!b".utf8).map { matcher.hasMatched ? [] : matcher.append(TokenID($0)) }
        #expect(released.joined().map { UInt8($0) } == Array("aé?".utf8))
        #expect(matcher.hasMatched)
    }

    @Test("ids without text are kept in their place, and stops match across them")
    func specials() {
        let special: TokenID = 9999
        let tokens = Tokens(["aS", "Tb"])
        var matcher = tokens.matcher(["ST"])
        #expect(matcher.append(special) == [special])
        #expect(matcher.append(256) == [])
        #expect(matcher.append(special) == [])
        #expect(matcher.append(257) == [TokenID(UInt8(ascii: "a"))])
        #expect(matcher.hasMatched)
    }

    /// The plain algorithm: the first end of any stop in the whole text; the longest stop that ends there.
    static func cut(_ text: [UInt8], _ stops: [[UInt8]]) -> [UInt8]? {
        for end in 1...max(text.count, 1) {
            let length = stops.filter {
                $0.count <= end && text.prefix(end).suffix($0.count).elementsEqual($0)
            }
            .map(\.count).max()
            if let length, end <= text.count { return Array(text[..<(end - length)]) }
        }
        return nil
    }

    @Test("random streams give the text that the plain algorithm cuts", arguments: 0..<40)
    func random(seed: Int) {
        var random = Generator(state: UInt64(seed) &+ 1)
        for _ in 0..<50 {
            let texts = (0..<8).map { _ in
                String(
                    (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        "abé".randomElement(using: &random) ?? "a"
                    })
            }
            let tokens = Tokens(texts)
            let stops = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 1...5, using: &random)).map { _ in
                        "abé".randomElement(using: &random) ?? "a"
                    })
            }
            let stream = (0..<20).map { _ in TokenID.random(in: 256..<264, using: &random) }
            let whole = stream.flatMap(tokens.text)
            let expected = Self.cut(whole, stops.map { Array($0.utf8) })

            var matcher = tokens.matcher(stops)
            var out: [TokenID] = []
            for id in stream where !matcher.hasMatched {
                out += matcher.append(id)
                let sent = out.flatMap(tokens.text)
                #expect(sent.elementsEqual((expected ?? whole).prefix(sent.count)), "never beyond the cut")
            }
            out += matcher.finish()
            #expect(out.flatMap(tokens.text) == expected ?? whole, "seed \(seed) \(texts) \(stops) \(stream)")
            #expect(matcher.hasMatched == (expected != nil))
        }
    }

    @Test("a hostile stop costs no more than any other")
    func hostile() {
        let tokens = Tokens([String(repeating: "a", count: 4096)])
        var matcher = tokens.matcher((0..<32).map { String(repeating: "a", count: 4000 + $0) + "b" })
        var released = 0
        for _ in 0..<16 { released += matcher.append(256).count }
        #expect(released == 15, "the last token may hold the beginning of a stop")
    }
}

/// Xorshift: repeatable choices for tests.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
