/// Base64 with padding (RFC 4648, section 4).
package enum Base64 {
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, digit) in digits.utf8.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Appends what `text` stands for.
    /// - Returns: false, with `output` as it was, when it is not base64.
    package static func decode(_ text: some RandomAccessCollection<UInt8>, into output: inout [UInt8]) -> Bool
    {
        guard text.count % 4 == 0 else { return false }
        let mark = output.count
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var (group, digits) = (UInt32(0), 0)
        for digit in text.dropLast(padding) {
            let value = values[Int(digit)]
            guard value < 64 else {
                output.removeLast(output.count - mark)
                return false
            }
            group = group << 6 | UInt32(value)
            digits += 1
            guard digits % 4 == 0 else { continue }
            output.append(UInt8(truncatingIfNeeded: group >> 16))
            output.append(UInt8(truncatingIfNeeded: group >> 8))
            output.append(UInt8(truncatingIfNeeded: group))
        }
        if padding == 1 {
            output.append(UInt8(truncatingIfNeeded: group >> 10))
            output.append(UInt8(truncatingIfNeeded: group >> 2))
        } else if padding == 2 {
            output.append(UInt8(truncatingIfNeeded: group >> 4))
        }
        return true
    }
}
