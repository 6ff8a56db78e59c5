/// A language of texts, as rules in llama.cpp's GBNF notation.
///
/// Made from schemas only (`init(schema:)`): llama.cpp's parser of rules is not made for hostile ones.
public struct TextGrammar: Sendable, Hashable {
    /// Rules, one a line; the first one's name is `root`.
    let rules: String

    /// The texts that are a JSON document of a schema (JSON Schema 2020-12), on one line, with at most one space
    /// after a comma or a colon.
    ///
    /// Types, `enum`, `const`, `properties` in the order they are listed with `required`, `items` with their number,
    /// lengths of strings, `anyOf`, `oneOf` and `$ref` inside the document are kept to; what says something about values
    /// (`pattern`, `format`, `minimum`, …) is not.
    /// - Parameter schema: JSON.
    /// - Throws: saying where the schema is none, or is too large.
    public init(schema: [UInt8]) throws(SchemaError) {
        try self.init(JSONSchema(parsing: schema))
    }

    package init(_ schema: JSONSchema) throws(SchemaError) {
        var writer = GrammarWriter(schema)
        try writer.write()
        rules = writer.text
    }
}
