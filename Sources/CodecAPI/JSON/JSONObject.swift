package import CodecMaps

/// A request's JSON object, read field by field; errors name the field. `null` counts as absent, as the
/// OpenAI API has it.
package struct JSONObject {
    /// A request's body holds so many values at most.
    private static let maximumValues = 2_097_152

    private let members: [String: JSONValue]
    /// What stands before a field's name in messages: empty, or like `messages[2].`.
    private let path: String

    /// Of a name that occurs twice the last member counts.
    private init(_ members: [JSONValue.Member], path: String) {
        self.members = Dictionary(members.map { ($0.name, $0.value) }) { $1 }
        self.path = path
    }

    /// - Parameter name: the value's own name.
    /// - Throws: 400 when it is no object.
    package init(_ value: JSONValue, name: String) throws(APIError) {
        guard case .object(let members) = value else {
            throw .invalidRequest("'\(name)' must be an object, not \(value.kind).", param: name)
        }
        self.init(members, path: name + ".")
    }

    /// The object that a body's document is.
    /// - Throws: 400 when it is no JSON or no object.
    package init(body: [UInt8]) throws(APIError) {
        try self.init(document: try Self.document(of: body))
    }

    /// A body's JSON, for whoever needs the whole beside the fields.
    /// - Throws: 400 when it is no JSON.
    package static func document(of body: [UInt8]) throws(APIError) -> JSONValue {
        do {
            return try JSONValue(parsing: body, limit: maximumValues)
        } catch {
            throw .invalidRequest(
                "The body is not valid JSON: \(error.code.rawValue) (byte \(error.offset)).")
        }
    }

    /// - Throws: 400 when a body's document is no object.
    package init(document: JSONValue) throws(APIError) {
        guard case .object(let members) = document else {
            throw .invalidRequest("The body must be a JSON object, not \(document.kind).")
        }
        self.init(members, path: "")
    }

    /// A field's full name, for messages.
    package func name(of field: String) -> String { path + field }

    /// The value of a field; nil when it is absent or null.
    package subscript(field: String) -> JSONValue? {
        guard let value = members[field], value != .null else { return nil }
        return value
    }

    package func string(_ field: String) throws(APIError) -> String? {
        guard let value = self[field] else { return nil }
        guard case .string(let text) = value else { throw wrongType(field, value, "a string") }
        return text
    }

    package func bool(_ field: String) throws(APIError) -> Bool? {
        guard let value = self[field] else { return nil }
        guard case .bool(let flag) = value else { throw wrongType(field, value, "a boolean") }
        return flag
    }

    package func integer(_ field: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = self[field] else { return nil }
        switch value {
        case .integer(let number) where range.contains(number): return number
        case .number(let text):
            // `16.0` is a whole number too.
            guard let whole = Double(text).flatMap({ Int(exactly: $0) }) else { fallthrough }
            guard range.contains(whole) else { fallthrough }
            return whole
        case .integer:
            throw outOfRange(field, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        default: throw wrongType(field, value, "a whole number")
        }
    }

    package func number(_ field: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        guard let value = self[field] else { return nil }
        let number: Double
        switch value {
        case .integer(let whole): number = Double(whole)
        case .number(let text): number = Double(text) ?? .infinity
        default: throw wrongType(field, value, "a number")
        }
        guard range.contains(number) else {
            throw outOfRange(field, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func array(_ field: String) throws(APIError) -> [JSONValue]? {
        guard let value = self[field] else { return nil }
        guard case .array(let elements) = value else { throw wrongType(field, value, "an array") }
        return elements
    }

    package func object(_ field: String) throws(APIError) -> JSONObject? {
        guard let value = self[field] else { return nil }
        return try JSONObject(value, name: name(of: field))
    }

    package func wrongType(_ field: String, _ value: JSONValue, _ expected: String) -> APIError {
        .invalidRequest(
            "'\(name(of: field))' must be \(expected), not \(value.kind).", param: name(of: field))
    }

    private func outOfRange(_ field: String, _ expected: String) -> APIError {
        .invalidRequest("'\(name(of: field))' must be \(expected).", param: name(of: field))
    }
}
