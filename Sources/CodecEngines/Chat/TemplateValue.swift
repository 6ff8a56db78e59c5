internal import CodecCore

/// A value of the template language.
enum TemplateValue: Equatable, Sendable {
    case undefined
    case none
    case bool(Bool)
    case int(Int)
    /// A number that is no `Int`, as JSON writes it.
    case number(String)
    case text(TemplateText)
    case list([TemplateValue])
    case map(TemplateFields)
    /// The renderer's namespace of that number: the only value that can be changed in place.
    case namespace(Int)

    static func own(_ string: String) -> TemplateValue {
        .text(TemplateText(string, specials: .parse))
    }

    static func message(_ string: String) -> TemplateValue {
        .text(TemplateText(string, specials: .plain))
    }

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .number(let text): Double(text) != 0
        case .text(let value): !value.segments.isEmpty
        case .list(let values): !values.isEmpty
        case .map(let fields): !fields.all.isEmpty
        case .namespace: true
        }
    }

    /// Equality of the language: texts are equal whoever wrote them.
    func equals(_ other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.text(let a), .text(let b)): a.string == b.string
        case (.undefined, .none), (.none, .undefined): false
        default: self == other
        }
    }

    /// What `{{ value }}` writes; nil for a list or a map, which no chat template writes as such.
    var output: TemplateText? {
        switch self {
        case .undefined: TemplateText("", specials: .parse)
        case .none: TemplateText("None", specials: .parse)
        case .bool(let value): TemplateText(value ? "True" : "False", specials: .parse)
        case .int(let value): TemplateText(String(value), specials: .parse)
        case .number(let text): TemplateText(text, specials: .plain)
        case .text(let value): value
        case .list, .map, .namespace: nil
        }
    }
}
