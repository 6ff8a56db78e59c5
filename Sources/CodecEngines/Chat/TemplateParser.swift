/// Parses a template into statements.
struct TemplateParser {
    private var pieces: ArraySlice<TemplateLexer.Piece>
    private var depth = 0
    private static let depthLimit = 64
    /// In bytes, many times what templates need; it bounds the work and memory of parsing too.
    static let sizeLimit = 256 << 10

    static func parse(_ source: String) throws(TemplateError) -> [TemplateStatement] {
        guard source.utf8.count <= sizeLimit else { throw .unsupported("more than \(sizeLimit) bytes") }
        var parser = TemplateParser(pieces: try TemplateLexer.pieces(source)[...])
        let (body, end) = try parser.body(until: [])
        guard end.isEmpty else { throw .unsupported("'\(end)' where nothing is open") }
        return body
    }

    private init(pieces: ArraySlice<TemplateLexer.Piece>) { self.pieces = pieces }

    /// The statements before one of the given words; the whole statement that ended them, empty at the end.
    private mutating func body(
        until ends: [String]
    ) throws(TemplateError) -> (body: [TemplateStatement], end: [TemplateToken]) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw .unsupported("statements nested so deep") }
        var body: [TemplateStatement] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .text(let text): body.append(.text(text))
            case .output(let tokens): body.append(.output(try TemplateExpressionParser.parse(tokens[...])))
            case .statement(let tokens):
                guard case .name(let word)? = tokens.first else { throw .unsupported("an empty statement") }
                if ends.contains(word) { return (body, tokens) }
                body.append(try statement(word, tokens.dropFirst()))
            }
        }
        guard ends.isEmpty else { throw .unsupported("a block without '\(ends.last ?? "")'") }
        return (body, [])
    }

    private mutating func statement(
        _ word: String, _ tokens: ArraySlice<TemplateToken>
    ) throws(TemplateError) -> TemplateStatement {
        switch word {
        case "if": return try conditional(tokens)
        case "for": return try loop(tokens)
        case "set": return try set(tokens)
        default: throw .unsupported("'\(word)'")
        }
    }

    private mutating func conditional(
        _ tokens: ArraySlice<TemplateToken>
    ) throws(TemplateError) -> TemplateStatement {
        var branches: [TemplateStatement.Branch] = []
        var condition: TemplateExpression? = try TemplateExpressionParser.parse(tokens)
        while true {
            let (body, end) = try body(until: condition == nil ? ["endif"] : ["elif", "else", "endif"])
            branches.append(.init(condition: condition, body: body))
            switch end.first {
            case .name("elif"): condition = try TemplateExpressionParser.parse(end.dropFirst())
            case .name("else"): condition = nil
            default: return .conditional(branches)
            }
        }
    }

    private mutating func loop(_ tokens: ArraySlice<TemplateToken>) throws(TemplateError) -> TemplateStatement
    {
        let header = Array(tokens)
        guard let end = header.firstIndex(of: .name("in")) else { throw .unsupported("this form of 'for'") }
        var variables: [String] = []
        for (index, token) in header[..<end].enumerated() {
            if case .name(let name) = token, index.isMultiple(of: 2) {
                variables.append(name)
            } else if token != .symbol(",") || index.isMultiple(of: 2) {
                throw .unsupported("this form of 'for'")
            }
        }
        guard !variables.isEmpty, variables.count * 2 - 1 == end else {
            throw .unsupported("this form of 'for'")
        }
        let values = try TemplateExpressionParser.parse(header[(end + 1)...])
        return .loop(variables: variables, over: values, body: try body(until: ["endfor"]).body)
    }

    private func set(_ tokens: ArraySlice<TemplateToken>) throws(TemplateError) -> TemplateStatement {
        guard let equals = tokens.firstIndex(of: .symbol("=")) else {
            throw .unsupported("this form of 'set'")
        }
        let value = try TemplateExpressionParser.parse(tokens[(equals + 1)...])
        let target = Array(tokens[..<equals])
        if target.count == 1, case .name(let name) = target[0] {
            return .set(name, field: nil, value)
        }
        if target.count == 3, case .name(let name) = target[0], target[1] == .symbol("."),
            case .name(let field) = target[2]
        {
            return .set(name, field: field, value)
        }
        throw .unsupported("this form of 'set'")
    }
}
