package import CodecMaps

/// A tool that takes a text instead of JSON arguments, told to a model as a function with one string, `input`.
package enum CustomTool {
    /// - Parameter format: what the text has to look like: OpenAI's `{"type":"grammar","syntax","definition"}` or
    ///   `{"type":"text"}`. The model is told it; nothing enforces it.
    package static func function(name: String, description: String?, format: JSONValue?) -> ModelTool {
        var sentences: [String] = []
        if let description, !description.isEmpty { sentences.append(description) }
        sentences.append(
            "This tool takes plain text: put the whole of it, unchanged, into the string `input`.")
        if let definition = format?["definition"]?.string {
            let syntax = format?["syntax"]?.string.map { " (\($0))" } ?? ""
            sentences.append("The text must follow this grammar\(syntax):\n\(definition)")
        }
        return ModelTool(
            name: name, description: sentences.joined(separator: "\n\n"),
            kind: .function(
                parameters: [
                    "type": "object",
                    "properties": [
                        "input": ["type": "string", "description": "The tool's text, word for word."]
                    ], "required": ["input"], "additionalProperties": false,
                ], isStrict: nil))
    }

    /// The function's arguments for a text.
    package static func arguments(for input: String) -> String {
        var json: [UInt8] = []
        json.append(json: #"{"input":"#)
        json.append(jsonString: input)
        json.append(json: "}")
        return String(decoding: json, as: UTF8.self)
    }

    /// The text in a function's arguments: the string `input`, another value of that name as JSON, and otherwise all that
    /// the model wrote.
    package static func input(in arguments: String) -> String {
        guard let document = try? JSONValue(parsing: Array(arguments.utf8)), let input = document["input"]
        else {
            return arguments
        }
        if let text = input.string { return text }
        var json: [UInt8] = []
        json.append(json: input)
        return String(decoding: json, as: UTF8.self)
    }
}
