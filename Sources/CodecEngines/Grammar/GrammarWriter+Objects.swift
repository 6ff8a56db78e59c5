internal import CodecMaps

extension GrammarWriter {
    /// The rule of an object: its properties in the order the schema lists them, those that are not required
    /// may be left out. One that lists none may have any.
    mutating func object(_ value: JSONValue, at path: String) throws(SchemaError) -> String {
        guard case .object(let properties)? = value["properties"], !properties.isEmpty else {
            if let values = value["additionalProperties"], case .object = values {
                let element = try rule(for: values, at: "\(path)/additionalProperties")
                let member = "string colon \(element)"
                return try add(#""{" (\#(member) (comma \#(member))*)? "}""#, at: path)
            }
            return value["additionalProperties"] == .bool(false) ? try add(#""{" "}""#, at: path) : "object"
        }
        let required = Set((value["required"]?.array ?? []).compactMap(\.string))
        var members: [(text: String, isRequired: Bool)] = []
        for property in properties {
            let body = try rule(for: property.value, at: "\(path)/properties/\(property.name)")
            members.append(
                ("\(Self.literal(.string(property.name))) colon \(body)", required.contains(property.name)))
        }
        // From the last to the first: `rest` is what may follow a member, `first` what may come where none was yet.
        var rest: String?
        var first: String?
        for member in members.reversed() {
            let next = rest.map { " \($0)" } ?? ""
            let others = first
            first = try add(
                member.isRequired
                    ? member.text + next
                    : "\(member.text)\(next) | " + (others ?? #""""#), at: path)
            rest = try add(
                member.isRequired
                    ? "comma \(member.text)\(next)" : "(comma \(member.text))?\(next)", at: path)
        }
        return try add(#""{" \#(first ?? #""""#) "}""#, at: path)
    }

    /// A rule's text for exactly this JSON value.
    static func literal(_ value: JSONValue) -> String {
        switch value {
        case .null: return quoted("null")
        case .bool(let flag): return quoted(flag ? "true" : "false")
        case .integer(let number): return quoted(String(number))
        case .number(let text): return quoted(text)
        case .string(let text):
            var json = JSONWriter()
            json.string(text)
            return quoted(String(decoding: json.bytes, as: UTF8.self))
        case .array(let values):
            let elements = values.map(literal).joined(separator: " comma ")
            return #""[" \#(elements) "]""#
        case .object(let members):
            let parts = members.map { "\(literal(.string($0.name))) colon \(literal($0.value))" }
            return #""{" \#(parts.joined(separator: " comma ")) "}""#
        }
    }

    /// A text as the notation writes it. Everything but letters and digits is spelled by its number.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "-", ".", "/", ":", ",":
                quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted +=
                    scalar.value <= 0xFF
                    ? "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
                    : "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
