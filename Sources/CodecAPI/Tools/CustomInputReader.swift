/// Reads the text of a custom tool out of the arguments `{"input":"…"}` while the model writes them.
///
/// What a model writes need not be JSON: an escape that JSON does not know stands for itself, a string without its end is
/// taken as far as it goes, and arguments that begin in another way are kept to the end and read as a whole.
package struct CustomInputReader: Sendable {
    private enum Place: Sendable {
        /// Before or in the given byte of one of the `tokens`.
        case opening(token: Int, byte: Int)
        case text
        case escape
        /// In `\uXXXX`: the digits so far.
        case unicode([UInt8])
        case behind
        /// In arguments of another form.
        case other
    }

    /// What stands before the text; white space may stand before each.
    private static let tokens: [[UInt8]] = ["{", "\"input\"", ":", "\""].map { Array($0.utf8) }
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private var place = Place.opening(token: 0, byte: 0)
    /// All arguments, until the text begins.
    private var head = ""
    private var highSurrogate: UInt32?

    package init() {}

    /// More of the arguments.
    /// - Returns: the text that they hold.
    package mutating func append(_ arguments: String) -> String {
        switch place {
        case .other:
            head += arguments
            return ""
        case .opening: head += arguments
        case .behind: return ""
        default: break
        }
        var output: [UInt8] = []
        for byte in arguments.utf8 { take(byte, into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The arguments are at their end.
    /// - Returns: the text that was held back.
    package mutating func finish() -> String {
        var output: [UInt8] = []
        switch place {
        case .opening, .other: return CustomTool.input(in: head)
        case .escape:
            endSurrogate(into: &output)
            output.append(0x5C)
        case .unicode(let digits):
            endSurrogate(into: &output)
            output += [0x5C, 0x75] + digits
        case .text, .behind: endSurrogate(into: &output)
        }
        place = .behind
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) {
        switch place {
        case .opening(let token, let index): open(byte, token: token, index: index)
        case .text:
            if byte == 0x5C {
                place = .escape
                return
            }
            endSurrogate(into: &output)
            if byte == 0x22 { place = .behind } else { output.append(byte) }
        case .escape: escape(byte, into: &output)
        case .unicode(let digits): unicode(digits, byte, into: &output)
        case .behind, .other: break
        }
    }

    private mutating func open(_ byte: UInt8, token: Int, index: Int) {
        if index == 0, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { return }
        let expected = Self.tokens[token]
        guard byte == expected[index] else {
            place = .other
            return
        }
        if index + 1 < expected.count {
            place = .opening(token: token, byte: index + 1)
        } else if token + 1 < Self.tokens.count {
            place = .opening(token: token + 1, byte: 0)
        } else {
            place = .text
            head = ""
        }
    }

    private mutating func escape(_ byte: UInt8, into output: inout [UInt8]) {
        if byte == UInt8(ascii: "u") {
            place = .unicode([])
            return
        }
        endSurrogate(into: &output)
        place = .text
        switch byte {
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case 0x22, 0x5C, 0x2F: output.append(byte)
        default: output += [0x5C, byte]
        }
    }

    private mutating func unicode(_ digits: [UInt8], _ byte: UInt8, into output: inout [UInt8]) {
        guard Character(UnicodeScalar(byte)).isHexDigit else {
            endSurrogate(into: &output)
            output += [0x5C, 0x75] + digits
            place = .text
            return take(byte, into: &output)
        }
        guard digits.count == 3 else {
            place = .unicode(digits + [byte])
            return
        }
        place = .text
        let unit = UInt32(String(decoding: digits + [byte], as: UTF8.self), radix: 16) ?? 0xFFFD
        if let high = highSurrogate, 0xDC00...0xDFFF ~= unit {
            highSurrogate = nil
            append(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00), to: &output)
            return
        }
        endSurrogate(into: &output)
        if 0xD800...0xDBFF ~= unit { highSurrogate = unit } else { append(unit, to: &output) }
    }

    private func append(_ scalar: UInt32, to output: inout [UInt8]) {
        output += UnicodeScalar(scalar).map { Array(String($0).utf8) } ?? Self.replacement
    }

    /// Half a pair that nothing followed.
    private mutating func endSurrogate(into output: inout [UInt8]) {
        guard highSurrogate != nil else { return }
        highSurrogate = nil
        output += Self.replacement
    }
}
