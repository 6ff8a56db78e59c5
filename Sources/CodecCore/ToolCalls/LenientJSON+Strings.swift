extension LenientJSON {
    /// Reads a string in either quotes, up to its end or that of the bytes, and appends it as a JSON string.
    mutating func string(into output: inout [UInt8]) {
        guard let quote = next else { return }
        if quote != UInt8(ascii: "\"") { isStrict = false }
        position &+= 1
        output.append(UInt8(ascii: "\""))
        while true {
            guard let byte = next else {
                isComplete = false
                break
            }
            position &+= 1
            if byte == quote { break }
            if byte == UInt8(ascii: "\\") {
                escape(into: &output)
            } else {
                if byte < 0x20 { isStrict = false }
                output.appendJSON(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Reads what follows a backslash. One that stands before anything else than JSON knows is kept as it is.
    private mutating func escape(into output: inout [UInt8]) {
        guard let byte = next else { return }
        position &+= 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            output.append(UInt8(ascii: "\\"))
            output.append(byte)
        case UInt8(ascii: "u"):
            guard let unit = hex(digits: 4) else {
                keepBackslash(before: byte, &output)
                return
            }
            surrogates(unit, into: &output)
        case UInt8(ascii: "x"):
            guard let unit = hex(digits: 2) else {
                keepBackslash(before: byte, &output)
                return
            }
            isStrict = false
            output.appendEscape(unit)
        case UInt8(ascii: "'"), UInt8(ascii: "`"):
            isStrict = false
            output.append(byte)
        case 0x0A:
            // Python's line that goes on.
            isStrict = false
        default: keepBackslash(before: byte, &output)
        }
    }

    private mutating func keepBackslash(before byte: UInt8, _ output: inout [UInt8]) {
        isStrict = false
        output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
        output.appendJSON(byte)
    }

    /// Writes a code unit of UTF-16, with its other half if it is one; half a pair alone becomes U+FFFD.
    private mutating func surrogates(_ unit: UInt16, into output: inout [UInt8]) {
        guard unit & 0xF800 == 0xD800 else {
            output.appendEscape(unit)
            return
        }
        let start = position
        if unit < 0xDC00, next == UInt8(ascii: "\\") {
            position &+= 1
            if next == UInt8(ascii: "u") {
                position &+= 1
                if let low = hex(digits: 4), low & 0xFC00 == 0xDC00 {
                    output.appendEscape(unit)
                    output.appendEscape(low)
                    return
                }
            }
        }
        position = start
        isStrict = false
        output.appendEscape(0xFFFD)
    }

    /// Reads so many digits; nil, with nothing read, when they are not there.
    private mutating func hex(digits count: Int) -> UInt16? {
        guard bytes.count &- position >= count else { return nil }
        var value: UInt16 = 0
        for byte in bytes[position..<(position &+ count)] {
            guard let digit = byte.hexValue else { return nil }
            value = value &<< 4 | UInt16(digit)
        }
        position &+= count
        return value
    }
}

extension UInt8 {
    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self &- 0x30
        case 0x41...0x46: self &- 0x37
        case 0x61...0x66: self &- 0x57
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends a byte of UTF-8 as it must stand in a JSON string.
    mutating func appendJSON(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): append(contentsOf: #"\\"#.utf8)
        case 0x0A: append(contentsOf: #"\n"#.utf8)
        case 0x0D: append(contentsOf: #"\r"#.utf8)
        case 0x09: append(contentsOf: #"\t"#.utf8)
        case 0..<0x20: appendEscape(UInt16(byte))
        default: append(byte)
        }
    }

    /// Appends UTF-8 as a JSON string.
    mutating func appendJSON(_ text: some Collection<UInt8>) {
        append(UInt8(ascii: "\""))
        for byte in text { appendJSON(byte) }
        append(UInt8(ascii: "\""))
    }

    /// Appends a code unit as `\uXXXX`.
    fileprivate mutating func appendEscape(_ unit: UInt16) {
        append(contentsOf: #"\u"#.utf8)
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(truncatingIfNeeded: unit &>> shift & 0xF)
            append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
        }
    }
}
