/// A JSON value as a tree, for documents whose shape is not fixed. Members keep their order.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A whole number that fits 64 bits, written without a point or an exponent.
    case integer(Int)
    /// Any other number, as it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// A value takes much more memory than its text: so many are allowed in a small document.
    package static let maximumValues = 100_000

    /// The first member of this name; nil when there is none, it is null, or this is no object.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
}

extension JSONValue {
    /// Parses a whole document.
    /// - Throws: naming the byte; `tooManyValues` for `limit` or more of them.
    package init(parsing bytes: [UInt8], limit: Int = maximumValues) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var parser = JSONPullParser(buffer)
            var budget = limit
            let value = try Self.read(try parser.next(), from: &parser, &budget)
            _ = try parser.next()
            return value
        }
    }

    /// The value that begins with a token.
    /// - Throws: as `init(parsing:)` does.
    package init(
        _ token: JSONPullParser.Token, from parser: inout JSONPullParser
    ) throws(JSONError) {
        var budget = Self.maximumValues
        self = try Self.read(token, from: &parser, &budget)
    }

    // The depth is bounded by the parser's.
    private static func read(
        _ token: JSONPullParser.Token, from parser: inout JSONPullParser, _ budget: inout Int
    ) throws(JSONError) -> JSONValue {
        budget -= 1
        guard budget > 0 else { throw parser.error(.tooManyValues) }
        switch token {
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number:
            if let value = parser.integer, let small = Int(exactly: value) { return .integer(small) }
            let text = parser.number
            return Int(text).map(JSONValue.integer) ?? .number(text)
        case .string: return .string(parser.string)
        case .beginArray:
            var values: [JSONValue] = []
            while true {
                let token = try parser.next()
                if token == .endArray { return .array(values) }
                values.append(try read(token, from: &parser, &budget))
            }
        case .beginObject:
            var members: [Member] = []
            while try parser.next() == .key {
                let name = parser.string
                members.append(Member(name: name, value: try read(try parser.next(), from: &parser, &budget)))
            }
            return .object(members)
        // A parser gives no other token where a value begins.
        case .null, .key, .endObject, .endArray, .end: return .null
        }
    }
}
