internal import CodecMaps

/// A call's arguments: any text elsewhere, an object in this API.
enum MessagesInput {
    /// The object that a text is, an empty one for a blank text; nil when it is none.
    static func object(_ arguments: String) -> JSONValue? {
        if arguments.allSatisfy(\.isWhitespace) { return .object([]) }
        guard let value = try? JSONValue(parsing: Array(arguments.utf8)), case .object = value else {
            return nil
        }
        return value
    }

    /// The object; for other texts one with the text in it, so that whoever reads it sees what the model wrote.
    static func value(_ arguments: String) -> JSONValue {
        object(arguments) ?? .object([JSONValue.Member(name: "invalid_arguments", value: .string(arguments))])
    }
}
