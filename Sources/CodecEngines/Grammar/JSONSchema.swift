package import CodecMaps

/// A JSON Schema's document, and the way to what `$ref` names in it.
package struct JSONSchema: Sendable {
    let root: JSONValue

    /// Bytes of a schema at most.
    private static let maximumBytes = 1 << 20

    package init(_ root: JSONValue) { self.root = root }

    /// - Throws: for what is no JSON, or has more than a megabyte.
    init(parsing bytes: [UInt8]) throws(SchemaError) {
        guard bytes.count <= Self.maximumBytes else {
            throw SchemaError(path: "#", reason: "has more than \(Self.maximumBytes) bytes")
        }
        do {
            root = try JSONValue(parsing: bytes)
        } catch {
            throw SchemaError(path: "#", reason: "is no JSON: \(error.code.rawValue) (byte \(error.offset))")
        }
    }

    /// The subschema that a reference such as `#/$defs/Place` names.
    func target(of reference: String, at path: String) throws(SchemaError) -> JSONValue {
        guard reference == "#" || reference.utf8.starts(with: "#/".utf8) else {
            throw SchemaError(path: path, reason: "refers to another document (\(reference))")
        }
        var value = root
        for part in reference.utf8.dropFirst(2).split(separator: UInt8(ascii: "/")) {
            let name = Self.unescaped(part)
            guard case .object(let members) = value, let member = members.first(where: { $0.name == name })
            else { throw SchemaError(path: path, reason: "refers to nothing (\(reference))") }
            value = member.value
        }
        return value
    }

    /// `~1` is a slash and `~0` a tilde (RFC 6901 §3).
    private static func unescaped(_ part: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        var rest = part
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~"), let next = rest.first else {
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst()
            bytes.append(next == UInt8(ascii: "1") ? UInt8(ascii: "/") : UInt8(ascii: "~"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
