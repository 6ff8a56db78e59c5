internal import CodecCore

/// Functions, filters and methods. A filter and a method of the same name do the same here.
extension TemplateRenderer {
    func call(_ name: String, _ arguments: [TemplateValue]) throws(TemplateError) -> TemplateValue {
        guard name == "raise_exception" else { throw .unsupported("the function '\(name)'") }
        throw .refused(arguments.first?.output?.string ?? "The messages do not suit the model.")
    }

    func apply(
        _ name: String, to value: TemplateValue, _ arguments: [TemplateValue]
    ) throws(TemplateError) -> TemplateValue {
        switch (name, value) {
        case ("tojson", _):
            let indent: Int? = if case .int(let number)? = arguments.first { number } else { nil }
            return .message(try TemplateJSON(value, indent: indent).text)
        case ("items", .map(let fields)):
            return .list(fields.all.map { .list([.message($0.name), $0.value]) })
        case ("keys", .map(let fields)): return .list(fields.all.map { .message($0.name) })
        case ("values", .map(let fields)): return .list(fields.all.map(\.value))
        case ("default", .undefined): return arguments.first ?? .own("")
        case ("default", _), ("string", .text), ("safe", _), ("list", .list): return value
        case ("length", .list(let values)), ("count", .list(let values)): return .int(values.count)
        case ("length", .map(let fields)), ("count", .map(let fields)): return .int(fields.all.count)
        case ("length", .text(let text)): return .int(text.string.unicodeScalars.count)
        case ("first", .list(let values)): return values.first ?? .undefined
        case ("last", .list(let values)): return values.last ?? .undefined
        case ("get", .map(let fields)):
            guard case .text(let key)? = arguments.first else { throw .unsupported("this use of 'get'") }
            return fields[key.string] ?? (arguments.count > 1 ? arguments[1] : .none)
        case (_, .text(let text)): return try apply(name, to: text, arguments)
        default: throw .unsupported("'\(name)' of this value")
        }
    }

    private func apply(
        _ name: String, to text: TemplateText, _ arguments: [TemplateValue]
    ) throws(TemplateError) -> TemplateValue {
        let string = text.string
        let argument: String? = if case .text(let text)? = arguments.first { text.string } else { nil }
        switch (name, argument) {
        case ("trim", _), ("strip", _):
            return .text(text.derived(strip(string, argument, start: true, end: true)))
        case ("lstrip", _): return .text(text.derived(strip(string, argument, start: true, end: false)))
        case ("rstrip", _): return .text(text.derived(strip(string, argument, start: false, end: true)))
        case ("upper", _): return .text(text.derived(string.uppercased()))
        case ("lower", _): return .text(text.derived(string.lowercased()))
        case ("capitalize", _):
            return .text(text.derived(string.prefix(1).uppercased() + string.dropFirst().lowercased()))
        case ("startswith", let part?): return .bool(string.utf8.starts(with: part.utf8))
        case ("endswith", let part?):
            return .bool(string.utf8.reversed().starts(with: part.utf8.reversed()))
        case ("split", let separator?) where !separator.isEmpty && arguments.count == 1:
            return .list(split(string, separator).map { .text(text.derived($0)) })
        default: throw .unsupported("'\(name)' of a text")
        }
    }

    private func strip(_ string: String, _ characters: String?, start: Bool, end: Bool) -> String {
        func isStripped(_ scalar: Unicode.Scalar) -> Bool {
            characters.map { $0.unicodeScalars.contains(scalar) } ?? scalar.properties.isWhitespace
        }
        var scalars = Substring(string).unicodeScalars
        if start { scalars = scalars.drop(while: isStripped) }
        while end, let last = scalars.last, isStripped(last) { scalars.removeLast() }
        return String(scalars)
    }

    private func split(_ string: String, _ separator: String) -> [String] {
        let bytes = Array(string.utf8)
        let separator = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + separator.count <= bytes.count {
            if bytes[index..<index + separator.count].elementsEqual(separator) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        return parts
    }
}
