import CodecTesting
import Foundation
import Testing

@testable import CodecCore

struct NFCTests {
    struct Case: Decodable {
        var name: String
        var text: String
        var nfc: String
    }

    /// Texts with the NFC that Python's unicodedata2 16.0.0 gives them.
    static let cases = Result {
        try Fixture.load("nfc.jsonl", atLeast: 203, in: .module, as: Case.self)
    }

    private func normalized(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { text in
            text.baseAddress.flatMap { NFC.normalized($0, 0, text.count) } ?? bytes
        }
    }

    private func settledEnd(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { text in
            text.baseAddress.map { NFC.settledEnd($0, 0, text.count) } ?? 0
        }
    }

    @Test("texts that a second implementation normalized")
    func golden() throws {
        for golden in try Self.cases.get() {
            #expect(normalized(Array(golden.text.utf8)) == Array(golden.nfc.utf8), "\(golden.name)")
            #expect(normalized(Array(golden.nfc.utf8)) == Array(golden.nfc.utf8), "\(golden.name)")
        }
    }

    @Test("every other code point stays as it is")
    func single() throws {
        let changed = try #require(try Self.cases.get().first { $0.name == "changed alone" })
        let expected = Set(changed.text.unicodeScalars).subtracting([" "])
        #expect(expected.count == 1_120)
        // A space composes with nothing, so that each is alone.
        var text: [UInt8] = []
        for scalar in (0...0x10FFFF).compactMap(Unicode.Scalar.init) where !expected.contains(scalar) {
            text += String(scalar).utf8
            text.append(0x20)
        }
        text.withUnsafeBufferPointer { text in
            #expect(text.baseAddress.flatMap { NFC.normalized($0, 0, text.count) } == nil)
        }
    }

    @Test("what is cut where it is settled gives the same in two", arguments: UInt64(0)..<40)
    func settled(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for golden in try Self.cases.get().dropFirst(3) {
            var bytes = Array(golden.text.utf8)
            if Bool.random(using: &generator) {
                bytes.insert(0xE1, at: Int.random(in: 0...bytes.count, using: &generator))
            }
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            let end = settledEnd(Array(bytes[..<cut]))
            #expect(normalized(Array(bytes[..<end])) + normalized(Array(bytes[end...])) == normalized(bytes))
        }
    }

    static let ends: [(text: [UInt8], end: Int)] = [
        ([], 0), (Array("ab".utf8), 1), (Array("a\u{301}".utf8), 0), (Array("xa\u{323}\u{301}".utf8), 1),
        // A character begun might be a mark; one that cannot be finished is none.
        ([0x61, 0x62, 0xCC], 1), ([0x61, 0xE1, 0xAA], 0), ([0x61, 0xF0, 0x9D, 0x85], 0),
        ([0x61, 0xFF], 2), ([0x61, 0xE0, 0x80], 3), ([0x61, 0x80], 2), ([0xFF, 0xCC, 0x81], 1),
        (Array("\u{1100}\u{1161}".utf8), 0), (Array("z\u{AC00}".utf8), 1),
    ]

    @Test("the settled part ends before what may still change", arguments: ends.indices)
    func settledEnds(_ index: Int) {
        #expect(settledEnd(Self.ends[index].text) == Self.ends[index].end)
    }

    @Test("malformed bytes stay, and nothing composes across them", arguments: UInt64(0)..<200)
    func malformed(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts: [[UInt8]] = [
            [0x61], [0xCC, 0x81], [0xCC, 0xA3], [0xC3], [0xE1], [0x80], [0xFF], [0xED, 0xA0, 0x80], [0xCC],
            Array("\u{1100}".utf8), Array("\u{1161}".utf8), Array("\u{212B}".utf8), Array("\u{FFFD}".utf8),
        ]
        let bytes = (0..<60).flatMap { _ in parts.randomElement(using: &generator) ?? [] }
        // By String: each malformed byte cuts the text; what lies between is normalized by itself.
        var expected: [UInt8] = []
        var stretch = ""
        bytes.withUnsafeBufferPointer { text in
            guard let base = text.baseAddress else { return }
            var position = 0
            while position < text.count {
                let (scalar, length) = readScalar(base, position, text.count)
                if scalar == 0xFFFD, length == 1 {
                    expected += Array(stretch.precomposedStringWithCanonicalMapping.utf8) + [base[position]]
                    stretch = ""
                } else if let scalar = Unicode.Scalar(scalar) {
                    stretch.unicodeScalars.append(scalar)
                }
                position += length
            }
        }
        expected += Array(stretch.precomposedStringWithCanonicalMapping.utf8)
        #expect(normalized(bytes) == expected)
    }

    @Test("a million marks are put in order")
    func manyMarks() {
        // Classes 220, 240 and 1 by turns.
        let marks: [Unicode.Scalar] = ["\u{316}", "\u{345}", "\u{334}"]
        var text = "x"
        for index in 0..<999_999 { text.unicodeScalars.append(marks[index % 3]) }
        var expected = "x"
        for mark in [marks[2], marks[0], marks[1]] {
            for _ in 0..<333_333 { expected.unicodeScalars.append(mark) }
        }
        #expect(normalized(Array(text.utf8)) == Array(expected.utf8))
    }
}
