internal import CodecAPI
internal import CodecEngines
internal import CodecMaps

/// `response_format`: what the answer's text has to be.
enum AnswerSchema {
    /// - Returns: nil where any text will do.
    /// - Throws: 400 for an unknown type, or a schema that is missing.
    static func format(_ body: JSONObject) throws(APIError) -> TextFormat? {
        guard let format = try body.object("response_format") else { return nil }
        switch try format.string("type") {
        case "text": return nil
        case "json_object": return .jsonObject
        case "json_schema":
            guard let value = try format.object("json_schema")?["schema"] else {
                throw .invalidRequest(
                    "'response_format.json_schema.schema' is required.",
                    param: "response_format.json_schema.schema")
            }
            return .jsonSchema(name: nil, schema: value, isStrict: nil)
        default:
            throw .invalidRequest(
                "'response_format.type' must be \"text\", \"json_object\" or \"json_schema\".",
                param: "response_format.type", code: "unsupported_value")
        }
    }
}
