package import CodecMaps

extension [UInt8] {
    /// Appends a value's JSON; numbers as they were written.
    // A literal is text, not a value.
    @_disfavoredOverload
    package mutating func append(json value: JSONValue) {
        switch value {
        case .null: append(json: "null")
        case .bool(let flag): append(json: flag ? "true" : "false")
        case .integer(let number): append(json: number)
        case .number(let text): append(contentsOf: text.utf8)
        case .string(let text): append(jsonString: text)
        case .array(let elements):
            append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                append(json: element)
            }
            append(UInt8(ascii: "]"))
        case .object(let members):
            append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                append(jsonString: member.name)
                append(UInt8(ascii: ":"))
                append(json: member.value)
            }
            append(UInt8(ascii: "}"))
        }
    }

    /// Appends a finite number; JSON has no other, so that 0 stands for what is none.
    package mutating func append(jsonNumber number: Double) {
        append(json: JSONValue(number))
    }
}

extension JSONValue {
    /// The value as JSON text.
    package var json: String {
        var bytes: [UInt8] = []
        bytes.append(json: self)
        return String(decoding: bytes, as: UTF8.self)
    }
}
