import CodecCore
import Testing

@testable import CodecMaps

/// Writes SentencePiece models for tests.
struct SentencePieceWriter {
    var pieces: [(text: String, score: Float, kind: SentencePieceModel.Kind)] = [
        ("<unk>", 0, .unknown), ("<s>", 0, .control), ("</s>", 0, .control),
    ]
    var trainer: [(field: UInt64, value: UInt64)] = [(3, 2), (41, 1), (42, 2)]
    var normalizer: [(field: UInt64, value: UInt64)] = [(3, 1), (4, 0)]
    var charsMap: [UInt8] = []

    static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes) = (value, [UInt8]())
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    static func field(_ number: UInt64, _ body: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(body.count)) + body
    }

    static func numbers(_ fields: [(field: UInt64, value: UInt64)]) -> [UInt8] {
        fields.flatMap { varint($0.field << 3) + varint($0.value) }
    }

    var bytes: [UInt8] {
        let written = pieces.flatMap { piece in
            let score = withUnsafeBytes(of: piece.score.bitPattern.littleEndian) { Array($0) }
            return Self.field(
                1,
                Self.field(1, Array(piece.text.utf8)) + [0x15] + score
                    + Self.numbers([(3, piece.kind.rawValue)]))
        }
        return written + Self.field(2, Self.numbers(trainer))
            + Self.field(
                3, Self.field(1, Array("identity".utf8)) + Self.field(2, charsMap) + Self.numbers(normalizer))
    }
}

struct SentencePieceTests {
    static func model(_ pieces: [(String, Float)]) -> SentencePieceWriter {
        var writer = SentencePieceWriter()
        writer.pieces += pieces.map { ($0.0, $0.1, .normal) }
        return writer
    }

    static let letters: [(String, Float)] = ["▁", "a", "b", "c", "é"].map { ($0, -1000) }

    static func convert(_ writer: SentencePieceWriter) throws -> MapDocument {
        try MapConversion(parsing: writer.bytes, id: "a").document
    }

    @Test("merges are derived from scores, the highest first")
    func derivation() throws {
        let document = try Self.convert(
            Self.model(
                Self.letters + [("bc", -2), ("▁a", -1), ("abc", -5), ("éa", -3), ("▁abc", -6), ("cab", -4)]))
        #expect(document.mergeLines == ["▁ a", "b c", "é a", "a bc", "▁a bc"])
        #expect(document.encoder == .metaspace)
        #expect(document.beginOfSequenceID == 1)
        #expect(document.endOfSequenceID == 2)
        #expect(document.spacePrefix == nil)
        let map = try TokenizerMap(document)
        #expect(map.tokenizer.encode("abc a").map(Int.init) == [12, 9])
        #expect(map.tokenizer.encode("x") == [3, 0])
    }

    @Test("kinds of pieces, and what the model says of spaces")
    func kinds() throws {
        var writer = Self.model(Self.letters)
        for byte in 0..<256 {
            let hex = String(byte, radix: 16, uppercase: true)
            writer.pieces.append(("<0x\(byte < 16 ? "0" : "")\(hex)>", 0, .byte))
        }
        writer.pieces.append(("[X▁▁]", 0, .userDefined))
        writer.normalizer = [(3, 0), (4, 0)]
        writer.trainer = [(3, 2), (41, .max), (42, 2)]
        let document = try Self.convert(writer)
        #expect(document.byteFallbackStart == 8)
        #expect(document.spacePrefix == .never)
        #expect(document.beginOfSequenceID == nil)
        #expect(
            document.specialTokens.last == .init(name: "[X  ]", id: 264, flags: [.visible, .matchesAlways]))
        #expect(try TokenizerMap(document).tokenizer.encode("a[X  ]x") == [4, 264, 128])
    }

    @Test("random scores give SentencePiece's ids", arguments: 0..<40 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var pieces: Set<String> = []
        for _ in 0..<40 {
            pieces.insert(
                String(
                    (0..<2 + Int(random.next() % 4)).map { _ in "abé".randomElement(using: &random) ?? "a" }))
        }
        // Runs of one character have equal scores, the worst ones.
        let runs = (2...9).filter { _ in random.next() % 4 > 0 }.map {
            (String(repeating: "▁", count: $0), Float(-1e9))
        }
        let scored = pieces.sorted().shuffled(using: &random).enumerated().map { ($1, -Float($0)) }
        let document: MapDocument
        do {
            document = try Self.convert(Self.model(Self.letters + scored + runs))
        } catch {
            // Some sets of runs cannot be said.
            #expect((error as? MapError)?.reason.contains("same score") == true)
            return
        }
        let tokenizer = try TokenizerMap(document).tokenizer
        let all = SentencePieceWriter().pieces.map { ($0.text, $0.score) } + Self.letters + scored + runs
        let table = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.0, (id: $0, score: $1.1)) })
        for _ in 0..<200 {
            let text = String(
                (0..<1 + Int(random.next() % 20)).map { _ in "abé   ".randomElement(using: &random) ?? "a" })
            let parts = Self.merge("▁" + text.map { $0 == " " ? "▁" : String($0) }.joined(), table)
            #expect(tokenizer.encode(text).map(Int.init) == parts, "\(text), seed \(seed)")
        }
    }

    /// SentencePiece's rule at its plainest.
    static func merge(_ text: String, _ pieces: [String: (id: Int, score: Float)]) -> [Int] {
        var parts = text.map { String($0) }
        while true {
            let pairs = parts.indices.dropLast().compactMap { at in
                pieces[parts[at] + parts[at + 1]].map { (score: -$0.score, at: at) }
            }
            guard let best = pairs.min(by: { ($0.score, $0.at) < ($1.score, $1.at) }) else { break }
            parts[best.at] += parts[best.at + 1]
            parts.remove(at: best.at + 1)
        }
        return parts.compactMap { pieces[$0]?.id }
    }

    static let refusals: [(change: @Sendable (inout SentencePieceWriter) -> Void, field: String)] = [
        ({ $0.trainer[0].value = 1 }, "trainer_spec.model_type"),
        ({ $0.trainer.removeFirst() }, "trainer_spec.model_type"),
        ({ $0.trainer[0].value = 3 }, "trainer_spec.model_type"),
        ({ $0.trainer.append((24, 1)) }, "trainer_spec.treat_whitespace_as_suffix"),
        ({ $0.charsMap = [1, 2] }, "normalizer_spec.precompiled_charsmap"),
        ({ $0.normalizer = [] }, "normalizer_spec.remove_extra_whitespaces"),
        ({ $0.normalizer.append((5, 0)) }, "normalizer_spec.escape_whitespaces"),
        ({ $0.pieces.append(("x", 0, .unused)) }, "pieces"),
        ({ $0.pieces.append(("<0x01>", 0, .byte)) }, "pieces"),
        ({ $0.pieces.append(("<0x00>", 0, .byte)) }, "pieces"),
        ({ $0.pieces.append(("a", -1, .normal)) }, "pieces"),
        ({ $0.pieces.append(("x", .nan, .normal)) }, "pieces"),
        ({ $0.pieces.append(("xy", -1, .normal)) }, "pieces"),
        ({ $0.pieces.append((String(repeating: "a", count: 2_000), -1, .normal)) }, "pieces"),
        ({ $0.pieces += [("ab", -1, .normal), ("bc", -1, .normal), ("ca", -1, .normal)] }, "pieces"),
        ({ $0.pieces.append((" a", 0, .userDefined)) }, "pieces"),
        ({ $0.pieces.append(("", 0, .normal)) }, "pieces[8]"),
        ({ $0.pieces[0] = ("[UNK]", 0, .unknown) }, "pieces"),
    ]

    @Test("models that no map can say", arguments: refusals.indices)
    func refused(_ index: Int) {
        var writer = Self.model(Self.letters)
        Self.refusals[index].change(&writer)
        let error = #expect(throws: MapError.self) { try Self.convert(writer) }
        #expect(error?.field == Self.refusals[index].field)
    }

    @Test("a model cut off at any byte is an error, or a model with less in it")
    func truncation() {
        let bytes = Self.model(Self.letters).bytes
        for count in 0..<bytes.count {
            let error = #expect(throws: MapError.self) {
                try MapConversion(parsing: Array(bytes[..<count]), id: "a")
            }
            #expect(error?.offset ?? 0 <= count)
        }
    }
}
