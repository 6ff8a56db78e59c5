/// Writes JSON, with no escapes but those that RFC 8259 asks for, and without white space unless asked for it.
///
/// The caller sees to it that values stand where values may stand; commas are the writer's.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var isAfterKey = false
    /// How many spaces each level is indented by; nil for one line.
    private let indentation: Int?
    private var depth = 0

    package init(indentation: Int? = nil) { self.indentation = indentation }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    package mutating func key(_ name: some Sequence<UInt8>) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        if indentation != nil { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    package mutating func key(_ name: String) { key(name.utf8) }

    package mutating func string(_ text: String) { string(text.utf8) }

    /// A string of UTF-8 bytes.
    package mutating func string(_ utf8: some Sequence<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in utf8 {
            switch byte {
            case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case ..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func number(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A member whose value is a string; nothing at all for nil.
    package mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// A member whose value is an array of strings; nothing at all for nil.
    package mutating func member(_ name: String, _ values: [String]?) {
        guard let values else { return }
        key(name)
        array { json in
            for value in values { json.string(value) }
        }
    }

    package mutating func newline() { bytes.append(0x0A) }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        depth += 1
        body(&self)
        depth -= 1
        if needsComma { breakLine() }
        bytes.append(close)
        needsComma = true
    }

    /// What stands before a value or a key.
    private mutating func separate() {
        if isAfterKey {
            isAfterKey = false
        } else {
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            if depth > 0 { breakLine() }
        }
        needsComma = true
    }

    private mutating func breakLine() {
        guard let indentation else { return }
        newline()
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * indentation))
    }
}
