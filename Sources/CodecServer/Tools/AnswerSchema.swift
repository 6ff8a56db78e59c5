internal import CodecAPI
internal import CodecEngines
internal import CodecMaps

/// `response_format`: what the answer's text has to be.
enum AnswerSchema {
    /// - Returns: nil where any text will do.
    /// - Throws: 400 for an unknown type, or a schema that cannot be a grammar.
    static func grammar(_ body: JSONObject) throws(APIError) -> TextGrammar? {
        guard let format = try body.object("response_format") else { return nil }
        let schema: JSONValue
        switch try format.string("type") {
        case "text": return nil
        case "json_object": schema = .object([.init(name: "type", value: .string("object"))])
        case "json_schema":
            guard let value = try format.object("json_schema")?["schema"] else {
                throw .invalidRequest(
                    "'response_format.json_schema.schema' is required.",
                    param: "response_format.json_schema.schema")
            }
            schema = value
        default:
            throw .invalidRequest(
                "'response_format.type' must be \"text\", \"json_object\" or \"json_schema\".",
                param: "response_format.type", code: "unsupported_value")
        }
        do {
            return try TextGrammar(JSONSchema(schema))
        } catch {
            throw .invalidRequest("'response_format': \(error).", param: "response_format")
        }
    }
}
