import CodecCore

/// Appends JSON to bytes.
enum JSONWriting {
    /// A string in quotes, as UTF-8; only what must be is escaped.
    static func append(_ utf8: some Sequence<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case UInt8(ascii: "\n"):
                output.append(contentsOf: "\\n".utf8)
            case 0..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(hexDigits[Int(byte >> 4)])
                output.append(hexDigits[Int(byte & 15)])
            default:
                output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// `[1,2,3]`
    static func append(_ ids: some Sequence<TokenID>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for id in ids {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            append(id, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    /// A number in decimal.
    static func append(_ id: TokenID, to output: inout [UInt8]) {
        var divisor: TokenID = 1
        while id / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(id / divisor % 10))
            divisor /= 10
        }
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)
