/// One value in bytes that are known to be JSON.
struct JSONView {
    let bytes: ArraySlice<UInt8>

    enum Kind {
        case object, list, string, other
    }

    init(_ bytes: ArraySlice<UInt8>) {
        let start = bytes.firstIndex { !$0.isWhiteSpace } ?? bytes.endIndex
        let end = bytes.lastIndex { !$0.isWhiteSpace }.map { $0 &+ 1 } ?? start
        self.bytes = bytes[start..<end]
    }

    var kind: Kind {
        switch bytes.first {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .list
        case UInt8(ascii: "\""): .string
        default: .other
        }
    }

    var isNull: Bool { bytes.spells("null") }

    /// The JSON text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The members of an object or the elements of a list, whose keys are nil.
    var members: [(key: ArraySlice<UInt8>?, value: JSONView)] {
        guard kind == .object || kind == .list, bytes.count >= 2 else { return [] }
        var members: [(key: ArraySlice<UInt8>?, value: JSONView)] = []
        let inner = bytes.dropFirst().dropLast()
        var start = inner.startIndex
        var key: ArraySlice<UInt8>?
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (index, byte) in zip(inner.indices, inner) {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth &-= 1
            case UInt8(ascii: ":") where depth == 0:
                key = JSONView(inner[start..<index]).bytes.dropFirst().dropLast()
                start = index &+ 1
            case UInt8(ascii: ",") where depth == 0:
                members.append((key, JSONView(inner[start..<index])))
                start = index &+ 1
                key = nil
            default: break
            }
        }
        let last = JSONView(inner[start...])
        if !last.bytes.isEmpty { members.append((key, last)) }
        return members
    }

    /// A string's content; of any other value its JSON text.
    var content: String {
        guard kind == .string else { return text }
        return String(decoding: Self.unescaped(bytes.dropFirst().dropLast()), as: UTF8.self)
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
                output.append(byte)
                continue
            }
            switch letter {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"):
                var value = unit(&rest)
                if value & 0xFC00 == 0xD800 {
                    rest = rest.dropFirst(2)
                    value = 0x10000 &+ ((value & 0x3FF) &<< 10) &+ (unit(&rest) & 0x3FF)
                }
                if let encoded = UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}") {
                    output.append(contentsOf: encoded)
                }
            default: output.append(letter)
            }
        }
        return output
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        var value: UInt32 = 0
        for byte in rest.prefix(4) { value = value &<< 4 | UInt32(byte.hexValue ?? 0) }
        rest = rest.dropFirst(4)
        return value
    }
}
