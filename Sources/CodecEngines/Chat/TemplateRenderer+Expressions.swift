/// The values of expressions.
extension TemplateRenderer {
    mutating func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        switch expression {
        case .literal(let value): return value
        case .variable(let name): return variable(name)
        case .list(let elements):
            return .list(try evaluate(elements))
        case .attribute(let value, let name):
            return field(of: try evaluate(value), name)
        case .item(let value, let key):
            return try item(of: try evaluate(value), try evaluate(key))
        case .slice(let value, let from, let to):
            return try slice(try evaluate(value), from: try bound(from), to: try bound(to))
        case .call(let name, let receiver, let arguments):
            guard let receiver else { return try call(name, try evaluate(arguments)) }
            return try apply(name, to: try evaluate(receiver), try evaluate(arguments))
        case .namespace(let names, let values):
            namespaces.append(Dictionary(zip(names, try evaluate(values))) { $1 })
            return .namespace(namespaces.count - 1)
        case .not(let value):
            return .bool(!(try evaluate(value).isTrue))
        case .binary(let symbol, let left, let right):
            return try binary(symbol, left, right)
        case .test(let value, let name):
            return .bool(try test(try evaluate(value), name))
        case .conditional(let condition, let then, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(then) }
            guard let otherwise else { return .undefined }
            return try evaluate(otherwise)
        }
    }

    private mutating func evaluate(
        _ expressions: [TemplateExpression]
    ) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    private func field(of value: TemplateValue, _ name: String) -> TemplateValue {
        switch value {
        case .map(let fields): fields[name] ?? .undefined
        case .namespace(let number): namespaces[number][name] ?? .undefined
        default: .undefined
        }
    }

    private func item(of value: TemplateValue, _ key: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch (value, key) {
        case (.list(let values), .int(let index)):
            let position = index < 0 ? values.count + index : index
            return values.indices.contains(position) ? values[position] : .undefined
        case (.map, .text(let name)): return field(of: value, name.string)
        case (.undefined, _), (.none, _): return .undefined
        default: throw .unsupported("this kind of subscript")
        }
    }

    private mutating func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
        guard let expression else { return nil }
        guard case .int(let value) = try evaluate(expression) else {
            throw .unsupported("a slice by something other than numbers")
        }
        return value
    }

    private func slice(_ value: TemplateValue, from: Int?, to: Int?) throws(TemplateError) -> TemplateValue {
        guard case .list(let values) = value else {
            throw .unsupported("a slice of something other than a list")
        }
        func position(_ bound: Int) -> Int {
            min(max(bound < 0 ? values.count + bound : bound, 0), values.count)
        }
        let start = position(from ?? 0)
        return .list(Array(values[start..<max(start, position(to ?? values.count))]))
    }

    private mutating func binary(
        _ symbol: String, _ left: TemplateExpression, _ right: TemplateExpression
    ) throws(TemplateError) -> TemplateValue {
        let a = try evaluate(left)
        switch symbol {
        case "and": return a.isTrue ? try evaluate(right) : a
        case "or": return a.isTrue ? a : try evaluate(right)
        default: break
        }
        let b = try evaluate(right)
        switch (symbol, a, b) {
        case ("==", _, _): return .bool(a.equals(b))
        case ("!=", _, _): return .bool(!a.equals(b))
        case ("in", _, .list(let values)): return .bool(values.contains { $0.equals(a) })
        case ("in", .text(let name), .map(let fields)): return .bool(fields[name.string] != nil)
        case ("in", .text(let part), .text(let whole)):
            return .bool(part.string.isEmpty || whole.string.contains(part.string))
        case ("+", .list(let a), .list(let b)): return .list(a + b)
        case ("+", .text(var a), .text(let b)):
            a += b
            return .text(a)
        case ("~", _, _):
            guard var text = a.output, let other = b.output else { break }
            text += other
            return .text(text)
        case (_, .int(let a), .int(let b)): return try arithmetic(symbol, a, b)
        default: break
        }
        throw .unsupported("'\(symbol)' between these values")
    }

    private func arithmetic(_ symbol: String, _ a: Int, _ b: Int) throws(TemplateError) -> TemplateValue {
        switch symbol {
        case "<": return .bool(a < b)
        case ">": return .bool(a > b)
        case "<=": return .bool(a <= b)
        case ">=": return .bool(a >= b)
        default: break
        }
        let (value, failed) =
            switch symbol {
            case "+": a.addingReportingOverflow(b)
            case "-": a.subtractingReportingOverflow(b)
            case "*": a.multipliedReportingOverflow(by: b)
            // The language's remainder has the sign of the divisor; chat templates use it on indices only.
            default: a.remainderReportingOverflow(dividingBy: b)
            }
        guard !failed else { throw .unsupported("this arithmetic") }
        return .int(value)
    }

    private func test(_ value: TemplateValue, _ name: String) throws(TemplateError) -> Bool {
        switch (name, value) {
        case ("defined", _): return value != .undefined
        case ("undefined", _): return value == .undefined
        case ("none", _): return value == .none
        case ("true", _): return value == .bool(true)
        case ("false", _): return value == .bool(false)
        case ("boolean", .bool), ("integer", .int), ("string", .text), ("mapping", .map), ("number", .int),
            ("number", .number), ("iterable", .list), ("sequence", .list),
            ("iterable", .text), ("iterable", .map), ("sequence", .text), ("sequence", .map):
            return true
        case ("boolean", _), ("integer", _), ("string", _), ("mapping", _), ("number", _), ("iterable", _),
            ("sequence", _):
            return false
        default: throw .unsupported("the test '\(name)'")
        }
    }
}
