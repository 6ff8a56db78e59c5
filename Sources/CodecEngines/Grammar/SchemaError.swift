/// Why a JSON Schema cannot be a grammar.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where in the schema, as a JSON Pointer (RFC 6901) with `#` in front.
    public var path: String
    public var reason: String

    public var description: String { "the schema at \(path) \(reason)" }
}
