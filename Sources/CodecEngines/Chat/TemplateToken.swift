/// A word of the template language.
enum TemplateToken: Equatable {
    case name(String)
    case string(String)
    case int(Int)
    case symbol(String)

    private static let symbols = [
        "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "~", "*", "%", ".", ",", ":", "|", "(", ")", "[",
        "]",
        "{", "}",
    ]

    static func tokens(_ text: Substring) throws(TemplateError) -> [TemplateToken] {
        var tokens: [TemplateToken] = []
        var rest = text
        while let first = rest.first {
            if first.isWhitespace {
                rest = rest.dropFirst()
            } else if first == "'" || first == "\"" {
                tokens.append(.string(try string(&rest)))
            } else if first.isLetter || first == "_" {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(.name(String(name)))
                rest = rest[name.endIndex...]
            } else if first.isNumber {
                let digits = rest.prefix(while: \.isNumber)
                guard let value = Int(digits) else { throw .unsupported("the number \(digits)") }
                tokens.append(.int(value))
                rest = rest[digits.endIndex...]
            } else if let symbol = symbols.first(where: { rest.hasPrefix($0) }) {
                tokens.append(.symbol(symbol))
                rest = rest.dropFirst(symbol.count)
            } else {
                throw .unsupported("'\(first)'")
            }
        }
        return tokens
    }

    private static func string(_ rest: inout Substring) throws(TemplateError) -> String {
        let quote = rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == quote { return value }
            guard character == "\\" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": value.append("\n")
            case "t": value.append("\t")
            case "r": value.append("\r")
            case let other? where "\\'\"".contains(other): value.append(other)
            case let other: throw .unsupported("the escape \\\(other.map(String.init) ?? "")")
            }
        }
        throw .unsupported("a string without its end")
    }
}
