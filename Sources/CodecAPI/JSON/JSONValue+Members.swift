package import CodecMaps

extension JSONValue {
    /// An object of the members that have a value, in their order.
    package static func members(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(
            members.compactMap { member in member.value.map { Member(name: member.key, value: $0) } })
    }

    /// A whole number that is not negative, of a size that sums of several do not overflow.
    package var count: Int? {
        guard case .integer(let number) = self, 0...(1 << 48) ~= number else { return nil }
        return number
    }
}
