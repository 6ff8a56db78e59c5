internal import CodecMaps

/// Reads the contents of Responses items.
enum ResponsesContent {
    /// A message's parts: a string, or a list.
    static func parts(of object: JSONObject, field: String) throws(APIError) -> [MessagePart] {
        guard let value = object[field] else { return [] }
        switch value {
        case .string(let text): return [.text(text)]
        case .array(let values):
            var parts: [MessagePart] = []
            for (index, value) in values.enumerated() {
                parts.append(try part(value, path: "\(object.name(of: field))[\(index)]"))
            }
            return parts
        default: throw object.wrongType(field, value, "a string or an array")
        }
    }

    /// A tool's result: a string, a list of parts, or whatever else a client says, as JSON.
    static func output(of object: JSONObject) throws(APIError) -> [MessagePart] {
        switch object["output"] {
        case .string, .array, nil: return try parts(of: object, field: "output")
        case .some(let value):
            var json: [UInt8] = []
            json.append(json: value)
            return [.text(String(decoding: json, as: UTF8.self))]
        }
    }

    /// The texts of a reasoning item's list, with an empty line between them.
    static func text(of object: JSONObject, field: String) throws(APIError) -> String {
        (try object.array(field) ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n\n")
    }

    private static func part(_ value: JSONValue, path: String) throws(APIError) -> MessagePart {
        let object = try JSONObject(value, name: path)
        let type = try object.string("type") ?? ""
        switch type {
        case "input_text", "output_text", "text": return .text(try object.string("text") ?? "")
        case "refusal": return .refusal(try object.string("refusal") ?? "")
        case "input_image", "computer_screenshot":
            return .image(ImagePart(url: try url(object, "image_url"), detail: try object.string("detail")))
        case "input_file":
            let name = try object.string("filename")
            if let data = try object.string("file_data") {
                // The reference asks for a data URL; plain base64 is sent too.
                return .file(
                    FilePart(
                        name: name,
                        url: data.hasPrefix("data:") ? data : "data:application/pdf;base64,\(data)"))
            }
            return .file(FilePart(name: name, url: try url(object, "file_url")))
        default:
            throw .invalidRequest(
                "'\(path).type' is \"\(type.prefix(64))\"; known are input_text, input_image, input_file, output_text and "
                    + "refusal.", param: "\(path).type")
        }
    }

    private static func url(_ object: JSONObject, _ field: String) throws(APIError) -> String {
        if let url = try object.string(field), !url.isEmpty { return url }
        guard object["file_id"] == nil else {
            throw .unsupported(object.name(of: "file_id"))
        }
        throw .invalidRequest("'\(object.name(of: field))' is missing.", param: object.name(of: field))
    }
}
