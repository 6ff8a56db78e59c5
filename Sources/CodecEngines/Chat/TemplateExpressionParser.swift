/// Parses expressions; each level of precedence is a method.
struct TemplateExpressionParser {
    private var tokens: ArraySlice<TemplateToken>
    private var depth = 0
    private var links = 0
    private static let depthLimit = 64
    /// Of operators, filters, members and subscripts in one expression: each nests what stands before it, and what is
    /// nested takes stack to evaluate and to free.
    static let linkLimit = 512

    init(_ tokens: ArraySlice<TemplateToken>) { self.tokens = tokens }

    static func parse(_ tokens: ArraySlice<TemplateToken>) throws(TemplateError) -> TemplateExpression {
        var parser = TemplateExpressionParser(tokens)
        let expression = try parser.expression()
        guard parser.tokens.isEmpty else { throw .unsupported("what follows an expression") }
        return expression
    }

    private mutating func take(_ token: TemplateToken) -> Bool {
        guard tokens.first == token else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func expect(_ symbol: String) throws(TemplateError) {
        guard take(.symbol(symbol)) else { throw .unsupported("an expression without '\(symbol)'") }
    }

    private mutating func name() throws(TemplateError) -> String {
        guard case .name(let name)? = tokens.popFirst() else { throw .unsupported("a missing name") }
        return name
    }

    private mutating func expression() throws(TemplateError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw .unsupported("an expression nested so deep") }
        let value = try or()
        guard take(.name("if")) else { return value }
        let condition = try or()
        let otherwise = take(.name("else")) ? try expression() : nil
        return .conditional(condition, then: value, otherwise: otherwise)
    }

    /// Counts one more step of a loop that nests the expression so far.
    private mutating func link() throws(TemplateError) {
        links += 1
        guard links <= Self.linkLimit else { throw .unsupported("an expression of so many parts") }
    }

    private mutating func or() throws(TemplateError) -> TemplateExpression {
        var left = try and()
        while take(.name("or")) {
            try link()
            left = .binary("or", left, try and())
        }
        return left
    }

    private mutating func and() throws(TemplateError) -> TemplateExpression {
        var left = try not()
        while take(.name("and")) {
            try link()
            left = .binary("and", left, try not())
        }
        return left
    }

    private mutating func not() throws(TemplateError) -> TemplateExpression {
        var count = 0
        while take(.name("not")) { count += 1 }
        let value = try comparison()
        return count == 0 ? value : .not(count.isMultiple(of: 2) ? .not(value) : value)
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        var left = try sum()
        while true {
            if case .symbol(let symbol)? = tokens.first, ["==", "!=", "<", ">", "<=", ">="].contains(symbol) {
                tokens.removeFirst()
                try link()
                left = .binary(symbol, left, try sum())
            } else if take(.name("in")) {
                try link()
                left = .binary("in", left, try sum())
            } else if tokens.starts(with: [.name("not"), .name("in")]) {
                tokens.removeFirst(2)
                try link()
                left = .not(.binary("in", left, try sum()))
            } else if take(.name("is")) {
                try link()
                let isNegated = take(.name("not"))
                let test = TemplateExpression.test(left, try name())
                left = isNegated ? .not(test) : test
            } else {
                return left
            }
        }
    }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        var left = try product()
        while case .symbol(let symbol)? = tokens.first, ["+", "-", "~"].contains(symbol) {
            tokens.removeFirst()
            try link()
            left = .binary(symbol, left, try product())
        }
        return left
    }

    private mutating func product() throws(TemplateError) -> TemplateExpression {
        var left = try postfix()
        while case .symbol(let symbol)? = tokens.first, ["*", "%"].contains(symbol) {
            tokens.removeFirst()
            try link()
            left = .binary(symbol, left, try postfix())
        }
        return left
    }

    private mutating func postfix() throws(TemplateError) -> TemplateExpression {
        if take(.symbol("-")) {
            guard case .int(let value)? = tokens.popFirst() else {
                throw .unsupported("'-' before no number")
            }
            return .literal(.int(-value))
        }
        var value = try primary()
        while true {
            if take(.symbol(".")) {
                try link()
                let name = try name()
                let isCall = take(.symbol("("))
                value =
                    isCall
                    ? .call(name, receiver: value, arguments: try arguments()) : .attribute(value, name)
            } else if take(.symbol("|")) {
                try link()
                let name = try name()
                let arguments = take(.symbol("(")) ? try arguments() : []
                value = .call(name, receiver: value, arguments: arguments)
            } else if take(.symbol("[")) {
                try link()
                value = try subscripted(value)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression
    {
        let from = tokens.first == .symbol(":") ? nil : try expression()
        if take(.symbol(":")) {
            let to = tokens.first == .symbol("]") ? nil : try expression()
            try expect("]")
            return .slice(value, from: from, to: to)
        }
        try expect("]")
        guard let from else { throw .unsupported("an empty subscript") }
        return .item(value, from)
    }

    /// The rest of a call's arguments, after the opening parenthesis.
    private mutating func arguments() throws(TemplateError) -> [TemplateExpression] {
        try elements(until: ")")
    }

    private mutating func elements(until end: String) throws(TemplateError) -> [TemplateExpression] {
        var elements: [TemplateExpression] = []
        while !take(.symbol(end)) {
            if !elements.isEmpty { try expect(",") }
            if take(.symbol(end)) { break }
            // The one argument that templates give by name, to `tojson`.
            if tokens.starts(with: [.name("indent"), .symbol("=")]) { tokens.removeFirst(2) }
            elements.append(try expression())
        }
        return elements
    }

    private mutating func primary() throws(TemplateError) -> TemplateExpression {
        switch tokens.popFirst() {
        case .string(let value): return .literal(.own(value))
        case .int(let value): return .literal(.int(value))
        case .symbol("("):
            let value = try expression()
            try expect(")")
            return value
        case .symbol("["): return .list(try elements(until: "]"))
        case .name("true"), .name("True"): return .literal(.bool(true))
        case .name("false"), .name("False"): return .literal(.bool(false))
        case .name("none"), .name("None"): return .literal(.none)
        case .name(let name):
            guard take(.symbol("(")) else { return .variable(name) }
            if name == "namespace" { return try namespace() }
            return .call(name, receiver: nil, arguments: try arguments())
        case let token: throw .unsupported(token.map { "\($0)" } ?? "an incomplete expression")
        }
    }

    /// `namespace(a=1, b=2)`, after the parenthesis.
    private mutating func namespace() throws(TemplateError) -> TemplateExpression {
        var names: [String] = []
        var values: [TemplateExpression] = []
        while !take(.symbol(")")) {
            if !names.isEmpty { try expect(",") }
            names.append(try name())
            try expect("=")
            values.append(try expression())
        }
        return .namespace(names, values)
    }
}
