internal import CodecMaps

/// The `tojson` filter: JSON as Python's `json.dumps(value, ensure_ascii=False)` writes it, which is what the
/// templates' models were trained on.
struct TemplateJSON {
    private(set) var text = ""
    private let indent: Int?

    /// - Parameter indent: Blanks a level; nil = all on one line.
    /// - Throws: `unsupported` for a value that has no JSON.
    init(_ value: TemplateValue, indent: Int?) throws(TemplateError) {
        self.indent = indent.map { min(max($0, 0), 16) }
        try write(value, level: 0)
    }

    private mutating func write(_ value: TemplateValue, level: Int) throws(TemplateError) {
        switch value {
        case .none: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .number(let number): text += number
        case .text(let string): write(string.string)
        case .list(let values):
            try nest("[", "]", values, level) { (json, value) throws(TemplateError) in
                try json.write(value, level: level + 1)
            }
        case .map(let fields):
            try nest("{", "}", fields.all, level) { (json, field) throws(TemplateError) in
                json.write(field.name)
                json.text += ": "
                try json.write(field.value, level: level + 1)
            }
        case .undefined, .namespace: throw .unsupported("JSON of an undefined value")
        }
    }

    private mutating func write(_ string: String) {
        var json = JSONWriter()
        json.string(string)
        text += String(decoding: json.bytes, as: UTF8.self)
    }

    private mutating func nest<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ level: Int,
        _ write: (inout TemplateJSON, Element) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += indent == nil ? ", " : "," }
            newline(level + 1)
            try write(&self, element)
        }
        if !elements.isEmpty { newline(level) }
        text += close
    }

    private mutating func newline(_ level: Int) {
        guard let indent else { return }
        text += "\n" + String(repeating: " ", count: indent * level)
    }
}
