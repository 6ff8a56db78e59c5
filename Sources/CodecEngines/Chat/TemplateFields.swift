internal import CodecMaps

/// The fields of a map of the template language, in order.
struct TemplateFields: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    private(set) var all: [Field]

    struct Field: Equatable, Sendable {
        var name: String
        var value: TemplateValue
    }

    init(_ fields: [Field]) { all = fields }

    init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }

    /// The last field of a name.
    subscript(name: String) -> TemplateValue? {
        all.last { $0.name == name }?.value
    }

    mutating func append(_ name: String, _ value: TemplateValue) {
        all.append(Field(name: name, value: value))
    }
}

extension TemplateValue {
    /// A JSON document that came with a request: none of its texts can spell a special token.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let value): self = .bool(value)
        case .integer(let number): self = .int(number)
        case .number(let text): self = .number(text)
        case .string(let text): self = .message(text)
        case .array(let values): self = .list(values.map(TemplateValue.init))
        case .object(let members):
            self = .map(TemplateFields(members.map { .init(name: $0.name, value: TemplateValue($0.value)) }))
        }
    }
}
