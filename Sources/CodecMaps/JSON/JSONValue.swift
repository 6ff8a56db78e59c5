internal import CodecCore

/// A small JSON value as a tree, for configurations whose shape is not fixed.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable {
        var name: String
        var value: JSONValue
    }

    /// A value has at most so many values in it.
    static let maximumValues = 100_000

    /// The first member of this name; nil when there is none, it is null, or this is no object.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
}

extension MapFieldReader {
    /// The value that begins with the token read last.
    /// - Throws: `tooLarge` for a value of more than `JSONValue.maximumValues` parts.
    mutating func value(_ field: String) throws(MapError) -> JSONValue {
        var budget = JSONValue.maximumValues
        return try value(field, &budget)
    }

    // The depth is bounded by the parser's.
    private mutating func value(_ field: String, _ budget: inout Int) throws(MapError) -> JSONValue {
        budget -= 1
        guard budget > 0 else {
            throw MapError(.tooLarge, field: field, offset: json.tokenOffset, "has too many parts")
        }
        switch token {
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return .number(json.number)
        case .string: return .string(json.string)
        case .beginArray:
            var values: [JSONValue] = []
            while try advance(field) != .endArray { values.append(try value(field, &budget)) }
            return .array(values)
        case .beginObject:
            var members: [JSONValue.Member] = []
            while try advance(field) == .key {
                let name = json.string
                try advance(field)
                members.append(.init(name: name, value: try value(field, &budget)))
            }
            return .object(members)
        default: return .null
        }
    }
}
