import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct RankFileTests {
    /// A rank file of all bytes and then these tokens.
    static func file(_ tokens: [[UInt8]]) -> String {
        let all = (0...255 as ClosedRange<UInt8>).map { [$0] } + tokens
        return all.enumerated().map { "\(Data($1).base64EncodedString()) \($0)\n" }.joined()
    }

    static func convert(_ text: String, family: String? = "gpt2") throws -> MapDocument {
        try MapConversion(parsing: Array(text.utf8), id: "a", family: family).document
    }

    @Test("merges are the two parts that are left of a token; others are taken whole only")
    func derivation() throws {
        let tokens = ["ab", "bc", "abc", "xyz", "abab", "aab", " a"].map { Array($0.utf8) }
        let document = try Self.convert(Self.file(tokens))
        // "xyz": no two of its bytes are a token. "abc" is ab and c, since ab comes before bc.
        #expect(document.mergeLines == ["a b", "b c", "ab c", "ab ab", "a ab", "Ġ a"])
        #expect(document.wholePieces)
        #expect(document.encoder == .byteLevel)
        #expect(document.vocab.byToken[Array("xyz".utf8)] == 259)
        #expect(document.specialsByName == ["<|endoftext|>": 50_256])
        let map = try TokenizerMap(document)
        #expect(map.tokenizer.encode("xyz") == [259])
        #expect(map.tokenizer.encode("xyza") == [120, 121, 122, 97])
    }

    @Test("random ranks give tiktoken's ids", arguments: 0..<40 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var tokens: Set<[UInt8]> = []
        for _ in 0..<60 {
            tokens.insert((0..<2 + Int(random.next() % 5)).map { _ in UInt8(97 + random.next() % 3) })
        }
        let shuffled = tokens.sorted { $0.lexicographicallyPrecedes($1) }.shuffled(using: &random)
        let map = try TokenizerMap(Self.convert(Self.file(shuffled)))
        let all = (0...255 as ClosedRange<UInt8>).map { [$0] } + shuffled
        let ranks = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        for _ in 0..<200 {
            let piece = (0..<1 + Int(random.next() % 24)).map { _ in UInt8(97 + random.next() % 3) }
            let text = String(decoding: piece, as: UTF8.self)
            #expect(map.tokenizer.encode(text) == Self.merge(piece, ranks), "\(text), seed \(seed)")
        }
    }

    /// tiktoken's rule at its plainest: of all neighbours that together are a token, the lowest rank first.
    static func merge(_ piece: [UInt8], _ ranks: [[UInt8]: Int]) -> [TokenID] {
        if let rank = ranks[piece] { return [TokenID(rank)] }
        var parts = piece.map { [$0] }
        while true {
            let pairs = parts.indices.dropLast().compactMap { at in
                ranks[parts[at] + parts[at + 1]].map { (rank: $0, at: at) }
            }
            guard let best = pairs.min(by: { ($0.rank, $0.at) < ($1.rank, $1.at) }) else { break }
            parts[best.at] += parts[best.at + 1]
            parts.remove(at: best.at + 1)
        }
        return parts.compactMap { ranks[$0].map { TokenID($0) } }
    }

    static let refusals: [(change: @Sendable (String) -> String, code: MapError.Code, reason: String)] = [
        ({ $0 + "YQ== 256\n" }, .invalidField, "occurs before"),
        ({ $0 + "YWI= 7\n" }, .invalidField, "rank 7 occurs twice"),
        ({ $0.replacingOccurrences(of: "YQ== 97\n", with: "") }, .invalidField, "byte 97"),
        ({ $0 + "YWI=\n" }, .malformed, "base64"), ({ $0 + "YWI 256\n" }, .malformed, "base64"),
        ({ $0 + "Y=I= 256\n" }, .malformed, "base64"), ({ $0 + "YWI= -1\n" }, .malformed, "base64"),
        ({ $0 + "YWI= 2147483648\n" }, .malformed, "rank"), ({ $0 + "YWI= 1 2\n" }, .malformed, "rank"),
        ({ $0 + "YWI= 99999999999999999999999\n" }, .malformed, "rank"),
        ({ $0 + "=== 5\n" }, .malformed, "base64"), ({ $0 + " 5\n" }, .invalidField, "empty"),
        ({ $0 + String(repeating: "YWJj", count: 400) + " 256\n" }, .invalidField, "longer"),
    ]

    @Test("files that cannot be", arguments: refusals.indices)
    func refused(_ index: Int) {
        let (change, code, reason) = Self.refusals[index]
        let error = #expect(throws: MapError.self) { try Self.convert(change(Self.file([]))) }
        #expect(error?.code == code)
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("line ends, empty lines, and a missing one at the end do not matter")
    func lines() throws {
        let file = Self.file([[97, 98]])
        let expected = try Self.convert(file)
        for variant in [
            String(file.dropLast()), file.replacingOccurrences(of: "\n", with: "\r\n"), file + "\n\n",
        ] {
            #expect(try Self.convert(variant) == expected)
        }
    }

    @Test("the family is told by the number of ranks, or asked for")
    func families() throws {
        let file = Self.file([])
        let error = #expect(throws: MapError.self) { try Self.convert(file, family: nil) }
        #expect(error?.code == .unsupported)
        for family in RankFamily.all { #expect(error?.reason.contains(family.name) == true) }
        #expect(throws: MapError.self) { try Self.convert(file, family: "gpt9") }
        let many = Self.file((0..<50_000).map { [UInt8($0 >> 8), UInt8($0 & 255), 0] })
        let conversion = try MapConversion(parsing: Array(many.utf8), id: "a")
        #expect(conversion.family == "r50k")
        #expect(conversion.otherFamilies == ["gpt2"])
        #expect(conversion.format == .tiktoken)
    }

    @Test(
        "each family's special tokens lie behind its ranks, each id and name once",
        arguments: RankFamily.all.map(\.name))
    func specials(name: String) throws {
        let family = try #require(RankFamily.all.first { $0.name == name })
        let ids = family.specialTokens.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(Set(family.specialTokens.map(\.name)).count == ids.count)
        #expect(ids.allSatisfy { $0 >= family.rankCount || ($0 == 50_256 && name.hasPrefix("p50k")) })
        for marker in [family.begin, family.end].compactMap(\.self) {
            #expect(family.specialTokens.contains { $0.name == marker })
        }
    }

    @Test("base64", arguments: ["", "a", "ab", "abc", "abcd", "\u{0}\u{FF}ÿ"])
    func base64(text: String) {
        var decoded: [UInt8] = []
        #expect(Base64.decode(Array(Data(text.utf8).base64EncodedString().utf8), into: &decoded))
        #expect(decoded == Array(text.utf8))
    }
}
