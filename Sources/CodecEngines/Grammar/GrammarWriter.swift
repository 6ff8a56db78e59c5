internal import CodecMaps

/// Writes a schema as rules, a rule for each subschema.
///
/// Rules refer to others by name, and a `$ref` is one rule however often it is used, so that a schema that refers
/// to itself comes to an end. Objects and arrays may be of any shape where the schema does not say; `value` stands
/// for every JSON document then.
struct GrammarWriter {
    private let schema: JSONSchema
    private(set) var text = ""
    private var ruleCount = 0
    private var references: [String: String] = [:]
    private var depth = 0
    private var repetitions = 0

    /// What bounds the work of asking the grammar about a vocabulary: rules, bytes of them, and what may come in one
    /// place.
    private static let maximumRules = 10_000
    private static let maximumBytes = 256 << 10
    private static let maximumAlternatives = 500
    /// Subschemas in subschemas at most, by whatever number of references.
    private static let maximumDepth = 256
    /// The most of one repetition, and of all: llama.cpp writes them out.
    private static let maximumRepetition = 1000
    private static let maximumRepetitions = 20_000

    init(_ schema: JSONSchema) {
        self.schema = schema
    }

    mutating func write() throws(SchemaError) {
        let root = try rule(for: schema.root, at: "#")
        text = "root ::= \(root)\n" + text + Self.common
    }

    /// What every JSON document is made of. White space is bounded: a small model would go on with it for ever.
    private static let common = #"""
        value ::= object | array | string | number | "true" | "false" | "null"
        object ::= "{" (string colon value (comma string colon value)*)? "}"
        array ::= "[" (value (comma value)*)? "]"
        string ::= "\"" char* "\""
        char ::= [^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})
        number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?
        integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
        boolean ::= "true" | "false"
        null ::= "null"
        colon ::= ":" " "?
        comma ::= "," " "?

        """#

    /// Adds a rule and gives its name.
    mutating func add(_ body: String, at path: String) throws(SchemaError) -> String {
        guard ruleCount < Self.maximumRules, text.utf8.count + body.utf8.count <= Self.maximumBytes else {
            throw SchemaError(path: path, reason: "is too large")
        }
        ruleCount += 1
        let name = "r\(ruleCount)"
        text += "\(name) ::= \(body)\n"
        return name
    }

    /// The name of the rule for a subschema.
    mutating func rule(for value: JSONValue, at path: String) throws(SchemaError) -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw SchemaError(path: path, reason: "is nested too deeply")
        }
        switch value {
        case .bool(true): return "value"
        case .object: break
        default: throw SchemaError(path: path, reason: "is neither an object nor true")
        }
        if let reference = value["$ref"]?.string { return try rule(forReference: reference, at: path) }
        if let constant = value["const"] { return try add(Self.literal(constant), at: path) }
        if let values = value["enum"]?.array {
            try checkCount(values, at: path)
            return try add(values.map(Self.literal).joined(separator: " | "), at: path)
        }
        for key in ["anyOf", "oneOf"] {
            if let choices = value[key]?.array { return try alternatives(choices, at: "\(path)/\(key)") }
        }
        if let types = value["type"]?.array {
            var names: [String] = []
            for type in types { names.append(try rule(for: value, type: type.string, at: path)) }
            guard !names.isEmpty else { throw SchemaError(path: path, reason: "allows no type") }
            return try add(names.joined(separator: " | "), at: path)
        }
        if let type = value["type"] { return try rule(for: value, type: type.string, at: path) }
        return try value["properties"] == nil ? "value" : object(value, at: path)
    }

    private mutating func rule(
        for value: JSONValue, type: String?, at path: String
    ) throws(SchemaError) -> String {
        switch type {
        case "object": return try object(value, at: path)
        case "array": return try array(value, at: path)
        case "string": return try string(value, at: path)
        case "number": return "number"
        case "integer": return "integer"
        case "boolean": return "boolean"
        case "null": return "null"
        default:
            throw SchemaError(path: path, reason: "has no known type (\(type ?? "not a string"))")
        }
    }

    private mutating func rule(forReference reference: String, at path: String) throws(SchemaError) -> String
    {
        if let name = references[reference] { return name }
        let target = try schema.target(of: reference, at: path)
        // The name is known before the rule is: what it refers to may refer back.
        let name = "ref\(references.count)"
        references[reference] = name
        let body = try rule(for: target, at: reference)
        guard body != name else { throw SchemaError(path: path, reason: "refers to itself only") }
        text += "\(name) ::= \(body)\n"
        return name
    }

    private mutating func alternatives(
        _ choices: [JSONValue], at path: String
    ) throws(SchemaError) -> String {
        try checkCount(choices, at: path)
        var names: [String] = []
        for (index, choice) in choices.enumerated() {
            names.append(try rule(for: choice, at: "\(path)/\(index)"))
        }
        return try add(names.joined(separator: " | "), at: path)
    }

    private func checkCount(_ alternatives: [JSONValue], at path: String) throws(SchemaError) {
        guard !alternatives.isEmpty else { throw SchemaError(path: path, reason: "allows no value") }
        guard alternatives.count <= Self.maximumAlternatives else {
            throw SchemaError(path: path, reason: "allows more than \(Self.maximumAlternatives) values")
        }
    }

    private mutating func string(_ value: JSONValue, at path: String) throws(SchemaError) -> String {
        guard let range = try count(value, "minLength", "maxLength", at: path) else { return "string" }
        return try add(#""\"" char\#(range) "\"""#, at: path)
    }

    private mutating func array(_ value: JSONValue, at path: String) throws(SchemaError) -> String {
        let item = try value["items"].map { value throws(SchemaError) in
            try rule(for: value, at: "\(path)/items")
        }
        guard let range = try bounds(value, "minItems", "maxItems", at: path) else {
            return try item.map { item throws(SchemaError) in
                try add(#""[" (\#(item) (comma \#(item))*)? "]""#, at: path)
            } ?? "array"
        }
        let element = item ?? "value"
        guard range.most != 0 else { return try add(#""[" "]""#, at: path) }
        let most = range.most.map { String($0 - 1) } ?? ""
        let rest = "\(element) (comma \(element)){\(max(0, range.least - 1)),\(most)}"
        return try add(range.least == 0 ? #""[" (\#(rest))? "]""# : #""[" \#(rest) "]""#, at: path)
    }

    /// A repetition's `{least,most}`; nil when the schema does not bound it.
    private mutating func count(
        _ value: JSONValue, _ least: String, _ most: String, at path: String
    ) throws(SchemaError) -> String? {
        try bounds(value, least, most, at: path).map { "{\($0.least),\($0.most.map { "\($0)" } ?? "")}" }
    }

    private mutating func bounds(
        _ value: JSONValue, _ least: String, _ most: String, at path: String
    ) throws(SchemaError) -> (least: Int, most: Int?)? {
        let lower = try number(value, least, at: path)
        let upper = try number(value, most, at: path)
        guard lower != nil || upper != nil else { return nil }
        guard lower ?? 0 <= upper ?? .max else {
            throw SchemaError(path: path, reason: "has \(least) above \(most)")
        }
        repetitions += upper ?? lower ?? 0
        guard repetitions <= Self.maximumRepetitions else {
            throw SchemaError(path: path, reason: "has too many repetitions")
        }
        return (lower ?? 0, upper)
    }

    private func number(_ value: JSONValue, _ key: String, at path: String) throws(SchemaError) -> Int? {
        guard let bound = value[key] else { return nil }
        guard case .integer(let number) = bound, 0...Self.maximumRepetition ~= number
        else {
            throw SchemaError(
                path: path, reason: "has a \(key) that is no whole number from 0 to \(Self.maximumRepetition)"
            )
        }
        return number
    }
}
