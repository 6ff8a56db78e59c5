package import CodecMaps

/// Building JSON objects member by member.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Members in the order in which they are written.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(name: $0.0, value: $0.1) })
    }

    /// A number as JSON has it; 0 for what is none there.
    package init(_ number: Double) {
        let finite = number.isFinite ? number : 0
        self = Int(exactly: finite).map(JSONValue.integer) ?? .number(finite.description)
    }

    /// Puts a value in the place of an object's member, or behind its last one; nil takes the member out. Of a name that
    /// occurs twice one member stays. Anything but an object stays as it is.
    package mutating func set(_ name: String, _ value: JSONValue?) {
        guard case .object(var members) = self else { return }
        let place = members.firstIndex { $0.name == name }
        members.removeAll { $0.name == name }
        if let value { members.insert(Member(name: name, value: value), at: place ?? members.count) }
        self = .object(members)
    }
}
