import Foundation

@testable import CodecMaps

/// A JSON document as a tree, for comparing the pull parser with Foundation's.
indirect enum JSONTree: Equatable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string([UInt8])
    case number(Double)
    case bool(Bool)
    case null

    /// Reads the whole of a document with the pull parser.
    static func parse(_ utf8: [UInt8]) throws -> JSONTree {
        try utf8.withUnsafeBufferPointer { bytes in
            var parser = JSONPullParser(bytes)
            let tree = try value(try parser.next(), &parser)
            guard try parser.next() == .end else { throw CocoaError(.coderInvalidValue) }
            return tree
        }
    }

    private static func value(_ token: JSONPullParser.Token, _ parser: inout JSONPullParser) throws
        -> JSONTree
    {
        switch token {
        case .string: return .string(Array(parser.string.utf8))
        case .number: return .number(Double(parser.number) ?? .nan)
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .null: return .null
        case .beginArray:
            var elements: [JSONTree] = []
            while true {
                let token = try parser.next()
                if token == .endArray { return .array(elements) }
                elements.append(try value(token, &parser))
            }
        case .beginObject:
            var members: [String: JSONTree] = [:]
            while try parser.next() == .key {
                let name = parser.string
                let member = try value(try parser.next(), &parser)
                // Foundation keeps the last of equal keys.
                members[name] = member
            }
            return .object(members)
        default: throw CocoaError(.coderInvalidValue)
        }
    }

    /// Reads a document with Foundation.
    init(foundation utf8: [UInt8]) throws {
        self = Self.tree(try JSONSerialization.jsonObject(with: Data(utf8), options: .fragmentsAllowed))
    }

    private static func tree(_ value: Any) -> JSONTree {
        switch value {
        case let object as [String: Any]: .object(object.mapValues(tree))
        case let array as [Any]: .array(array.map(tree))
        case let string as String: .string(Array(string.utf8))
        case let number as NSNumber:
            CFGetTypeIsBool(number) ? .bool(number.boolValue) : .number(number.doubleValue)
        default: .null
        }
    }

    private static func CFGetTypeIsBool(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c" && (number == true || number == false)
    }

    /// The text of a random document with white space, escapes and every kind of value.
    static func randomText(depth: Int, _ random: inout SplitMix) -> String {
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        func space() -> String { pick(["", "", " ", "\n", "\t ", "\r\n"]) }
        func string() -> String {
            let pieces = [
                "a", "plain text", "é", "漢", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9",
                "\\ud83d\\ude00",
                "\\u0000", "{", "]", ":", "\u{2028}", "ĠtheĠ", "12345678",
            ]
            return "\"" + (0..<random.next() % 6).map { _ in pick(pieces) }.joined() + "\""
        }
        func value(_ depth: Int) -> String {
            switch random.next() % (depth > 0 ? 8 : 5) {
            case 0: return string()
            case 1: return pick(["0", "-0.5", "7", "12345", "1e3", "2.5E-2", "-31", "4294967296"])
            case 2: return pick(["true", "false"])
            case 3: return "null"
            case 4: return pick(["[]", "{}", "[ ]", "{\n}"])
            case 5, 6:
                let elements = (0..<random.next() % 5).map { _ in space() + value(depth - 1) + space() }
                return "[" + elements.joined(separator: ",") + "]"
            default:
                var names: Set<String> = []
                let members = (0..<random.next() % 5).compactMap { index -> String? in
                    let name = "\"\(index)\(string().dropFirst())"
                    guard names.insert(name).inserted else { return nil }
                    return space() + name + space() + ":" + space() + value(depth - 1)
                }
                return "{" + members.joined(separator: ",") + "}"
            }
        }
        return space() + value(depth) + space()
    }
}
