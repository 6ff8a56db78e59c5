import CodecCore
import Foundation
import Testing

@testable import CodecMaps

struct JSONPullParserTests {
    @Test(
        "documents that must be read",
        arguments: [
            "0", "-0", "12", "-1.5", "1e5", "1E+05", "0.001e-7", "true", "false", "null", "\"\"", "[]", "{}",
            " [ 1 , 2 ] \n", "{\"a\":{\"a\":[]},\"a\":1}",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\uDE00\"",
            "\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"", "\"abcdefgh\"", "\"abcdefgé\"",
            "\"\\ud7ff\\ue000\\uFFFF\"", "[[],[[]],{\"\":[{}]}]", "\t\r\n 1",
        ])
    func accepted(text: String) throws {
        let utf8 = Array(text.utf8)
        #expect(try JSONTree.parse(utf8) == JSONTree(foundation: utf8))
    }

    static let refusedCases: [(String, JSONError.Code, Int)] = [
        ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("01", .invalidNumber, 1),
        ("-", .unexpectedEnd, 1), ("1.", .unexpectedEnd, 2), ("1.x", .invalidNumber, 2),
        ("1e", .unexpectedEnd, 2), ("1e+]", .invalidNumber, 3), ("+1", .unexpectedByte, 0),
        (".5", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0), ("nul", .unexpectedEnd, 3),
        ("nulx", .unexpectedByte, 3), ("truE", .unexpectedByte, 3), ("1 2", .trailingBytes, 2),
        ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
        ("[1}", .unexpectedByte, 2), ("{\"a\":1]", .unexpectedByte, 6), ("{a:1}", .unexpectedByte, 1),
        ("{\"a\" 1}", .unexpectedByte, 5), ("{\"a\":1,}", .unexpectedByte, 7),
        ("{,}", .unexpectedByte, 1), ("{\"a\":}", .unexpectedByte, 5), ("]", .unexpectedByte, 0),
        ("'a'", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0), ("// c\n1", .unexpectedByte, 0),
        ("\"a", .unexpectedEnd, 2), ("\"\\x\"", .invalidEscape, 2), ("\"\\u12g4\"", .invalidEscape, 5),
        ("\"\\", .unexpectedEnd, 2), ("\"\\u12", .unexpectedEnd, 5),
        ("\"\n\"", .controlCharacter, 1), ("\"abcdefgh\u{1F}\"", .controlCharacter, 9),
        ("\"\\ud800\"", .loneSurrogate, 1), ("\"\\udc00\"", .loneSurrogate, 1),
        ("\"\\ud800\\u0041\"", .loneSurrogate, 1), ("\"\\ud800\\n\"", .loneSurrogate, 1),
        ("\"\\ud800\\ud800\"", .loneSurrogate, 1),
    ]

    @Test("documents that must not", arguments: refusedCases)
    func refused(text: String, code: JSONError.Code, offset: Int) {
        #expect(throws: JSONError(code: code, offset: offset)) { try JSONTree.parse(Array(text.utf8)) }
    }

    @Test(
        "bytes that are not UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3, 0x22], [0xE2, 0x82, 0x22],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONTree.parse([0x22] + bytes + [0x22]) }
    }

    @Test("nesting up to the limit is read, and one level more is refused", arguments: ["[", "{\"a\":"])
    func depth(open: String) {
        func nested(_ depth: Int) -> [UInt8] {
            let close = open == "[" ? "]" : "}"
            return Array(
                (String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONTree.parse(nested(128)) }
        #expect { try JSONTree.parse(nested(129)) } throws: { ($0 as? JSONError)?.code == .tooDeep }
        let bomb = Array(String(repeating: open, count: 1_000_000).utf8)
        #expect { try JSONTree.parse(bomb) } throws: { ($0 as? JSONError)?.code == .tooDeep }
    }

    @Test("integers")
    func integers() throws {
        let cases: [(String, UInt64?)] = [
            ("0", 0), ("18446744073709551615", .max), ("18446744073709551616", nil),
            ("99999999999999999999999", nil), ("-1", nil), ("1.0", nil), ("1e2", nil),
        ]
        for (text, value) in cases {
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws in
                var parser = JSONPullParser(bytes)
                #expect(try parser.next() == .number)
                #expect(parser.integer == value)
                #expect(parser.number == text)
                #expect(try parser.next() == .end)
                #expect(try parser.next() == .end)
            }
        }
    }

    @Test("random documents read as Foundation reads them", arguments: 0..<300 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let text = JSONTree.randomText(depth: 4, &random)
        let utf8 = Array(text.utf8)
        let tree = try JSONTree.parse(utf8)
        #expect(try tree == JSONTree(foundation: utf8))

        // Cut off, it is a number at most; changed, it is read or refused, and never traps.
        for count in 0..<utf8.count { _ = try? JSONTree.parse(Array(utf8[..<count])) }
        for _ in 0..<50 {
            var changed = utf8
            changed[Int(random.next() % UInt64(utf8.count))] = UInt8(truncatingIfNeeded: random.next())
            guard let tree = try? JSONTree.parse(changed) else { continue }
            #expect(try tree == JSONTree(foundation: changed))
        }
    }

    /// A string of an array or an object, written in one of many ways.
    private static func element(_ random: inout SplitMix) -> String {
        let space = ["", "", " ", "\n  ", "\t\r\n"]
        let parts = [
            "a", "Ġ", "▁", "é", "日本", "😀", "\\\"", "\\\\", "\\u0120", "\\n", "\\ud83d\\ude00", "\u{7F}",
            "\u{FFFF}",
            "abcdefgh", String(repeating: "x", count: 30), String(repeating: "é", count: 3_000), " ", "/",
        ]
        let count = Int(random.next() % 5)
        let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
        return (space.randomElement(using: &random) ?? "") + "\"\(text)\""
            + (space.randomElement(using: &random) ?? "")
    }

    private static let numbers = [
        "0", "7", "12345", "2147483647", "999999999", "4294967295", "01", "1.5", "1e3", "-1", "\"1\"", "12 ",
        "99999999999",
    ]

    @Test("tables read as token by token", arguments: 0..<200 as Range<UInt64>)
    func tables(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let isObject = random.next() % 2 == 0
        let elements = (0..<Int(random.next() % 40)).map { _ in
            Self.element(&random)
                + (isObject
                    ? ":"
                        + (Self.numbers[
                            random.next() % 30 == 0 ? Int(random.next() % 13) : Int(random.next() % 5)]) : "")
        }
        let joined = elements.joined(separator: ",")
        var utf8 = Array((isObject ? "{\(joined)}" : "[\(joined)]").utf8)
        if random.next() % 3 == 0 {
            utf8[Int(random.next() % UInt64(utf8.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        try utf8.withUnsafeBufferPointer { bytes throws in
            // Whatever is taken at once is what the tokens say, and what is left is read the same.
            var (fast, slow) = (JSONPullParser(bytes), JSONPullParser(bytes))
            var (names, numbers) = (StringTable(), [UInt32]())
            guard let first = try? fast.next(), try slow.next() == first else { return }
            while true {
                let before = names.count
                if first == .beginObject {
                    fast.takePlainNumbers(upTo: 1 << 31, names: &names, numbers: &numbers)
                } else if first == .beginArray {
                    fast.takePlainStrings(into: &names)
                }
                for index in before..<names.count {
                    #expect(try slow.next() == (first == .beginObject ? .key : .string))
                    var expected: [UInt8] = []
                    slow.appendString(to: &expected)
                    #expect(Array(names[index]) == expected)
                    guard first == .beginObject else { continue }
                    #expect(try slow.next() == .number)
                    #expect(slow.integer == UInt64(numbers[index]))
                }
                let (a, b) = (Result { try fast.next() }, Result { try slow.next() })
                switch (a, b) {
                case (.success(let token), .success(let other)):
                    #expect(token == other && fast.offset == slow.offset)
                    if token == .end { return }
                    if token == .key || (first == .beginArray && token == .string) {
                        var (text, other) = ([UInt8](), [UInt8]())
                        fast.appendString(to: &text)
                        slow.appendString(to: &other)
                        #expect(text == other)
                        names.append(text)
                        guard token == .key else { continue }
                        let (value, same) = (try? fast.next(), try? slow.next())
                        #expect(value == same)
                        guard value == .number else { return }
                        numbers.append(0)
                    }
                case (.failure(let error), .failure(let other)):
                    #expect(error as? JSONError == other as? JSONError)
                    return
                default:
                    Issue.record("\(a) and \(b)")
                    return
                }
            }
        }
    }
}
