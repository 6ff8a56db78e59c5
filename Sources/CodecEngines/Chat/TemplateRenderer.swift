internal import CodecCore

/// Runs a template's statements.
struct TemplateRenderer {
    private(set) var output = TemplateText("", specials: .parse)
    /// Variables, the innermost loop's last.
    private var scopes: [[String: TemplateValue]]
    var namespaces: [[String: TemplateValue]] = []

    init(variables: [String: TemplateValue]) { scopes = [variables] }

    func variable(_ name: String) -> TemplateValue {
        scopes.last { $0[name] != nil }?[name] ?? .undefined
    }

    mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) {
        for statement in statements {
            switch statement {
            case .text(let text):
                output += TemplateText(text, specials: .parse)
            case .output(let expression):
                guard let text = try evaluate(expression).output else {
                    throw .unsupported("writing a list or a map")
                }
                output += text
            case .conditional(let branches):
                for branch in branches
                where try branch.condition.map({ c throws(TemplateError) in
                    try evaluate(c).isTrue
                }) ?? true {
                    try run(branch.body)
                    break
                }
            case .loop(let variables, let values, let body):
                try loop(variables, over: try evaluate(values), body)
            case .set(let name, let field, let value):
                try set(name, field, try evaluate(value))
            }
        }
    }

    private mutating func loop(
        _ variables: [String], over values: TemplateValue, _ body: [TemplateStatement]
    ) throws(TemplateError) {
        guard case .list(let values) = values else {
            if values == .undefined || values == .none { return }
            throw .unsupported("a loop over something other than a list")
        }
        for (index, value) in values.enumerated() {
            var scope: [String: TemplateValue] = [:]
            if variables.count == 1 {
                scope[variables[0]] = value
            } else {
                guard case .list(let parts) = value, parts.count == variables.count else {
                    throw .unsupported("a loop of several variables over other values than lists")
                }
                for (variable, part) in zip(variables, parts) { scope[variable] = part }
            }
            scope["loop"] = .map([
                "index": .int(index + 1), "index0": .int(index), "length": .int(values.count),
                "first": .bool(index == 0), "last": .bool(index == values.count - 1),
                "previtem": index > 0 ? values[index - 1] : .undefined,
                "nextitem": index + 1 < values.count ? values[index + 1] : .undefined,
            ])
            scopes.append(scope)
            defer { scopes.removeLast() }
            try run(body)
        }
    }

    private mutating func set(
        _ name: String, _ field: String?, _ value: TemplateValue
    ) throws(TemplateError) {
        guard let field else {
            scopes[scopes.count - 1][name] = value
            return
        }
        guard case .namespace(let number) = variable(name) else {
            throw .unsupported("setting a field of something other than a namespace")
        }
        namespaces[number][field] = value
    }
}
