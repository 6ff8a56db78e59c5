internal import CodecMaps

/// A JSON value as a request's body holds it.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A whole number that fits 64 bits.
    case integer(Int)
    /// Any other number; too large a one is infinite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Of a key that occurs twice the last value counts.
    case object([String: JSONValue])

    /// What the value is, in a word, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A value takes much more memory than its text: so many are allowed in a document.
    static let maximumCount = 2_097_152

    /// Parses a whole document. Nesting is limited by the parser, so the recursion is too.
    /// - Throws: `JSONError` naming the byte.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var parser = JSONPullParser(buffer)
            var count = 0
            let value = try Self.read(try parser.next(), from: &parser, &count)
            _ = try parser.next()
            return value
        }
    }

    private static func read(
        _ token: JSONPullParser.Token, from parser: inout JSONPullParser, _ count: inout Int
    ) throws(JSONError) -> JSONValue {
        count += 1
        guard count <= maximumCount else { throw parser.error(.tooManyValues) }
        switch token {
        case .beginObject: return try readObject(from: &parser, &count)
        case .beginArray: return try readArray(from: &parser, &count)
        case .string: return .string(parser.string)
        case .number: return readNumber(from: parser)
        case .true: return .bool(true)
        case .false: return .bool(false)
        // A parser gives no other token where a value begins.
        case .null, .key, .endObject, .endArray, .end: return .null
        }
    }

    private static func readObject(
        from parser: inout JSONPullParser, _ count: inout Int
    ) throws(JSONError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        while try parser.next() == .key {
            let key = parser.string
            members[key] = try read(try parser.next(), from: &parser, &count)
        }
        return .object(members)
    }

    private static func readArray(
        from parser: inout JSONPullParser, _ count: inout Int
    ) throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        while true {
            let token = try parser.next()
            if token == .endArray { return .array(elements) }
            elements.append(try read(token, from: &parser, &count))
        }
    }

    private static func readNumber(from parser: JSONPullParser) -> JSONValue {
        if let value = parser.integer, let small = Int(exactly: value) { return .integer(small) }
        let text = parser.number
        if let value = Int(text) { return .integer(value) }
        return .number(Double(text) ?? .infinity)
    }
}
