/// A word that is a number, as JSON writes it.
struct JSONNumber {
    /// The number in JSON's form.
    private(set) var json: [UInt8] = []
    /// Whether the word is that form.
    private(set) var isStrict = true

    /// Nil for a word that is no number. Taken too: a plus sign, leading zeros, underscores between digits, no digits on one
    /// side of the point, an exponent that is cut off.
    init?(_ word: ArraySlice<UInt8>) {
        var rest = word
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            rest = rest.dropFirst()
            if sign == UInt8(ascii: "-") { json.append(sign) }
        }
        let whole = Self.digits(&rest)
        let significant = whole.drop { $0 == 0x30 }
        json.append(contentsOf: significant.isEmpty ? [0x30] : significant)
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = Self.digits(&rest)
            if !fraction.isEmpty { json.append(contentsOf: [UInt8(ascii: ".")] + fraction) }
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            var exponent = [letter]
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
                exponent.append(sign)
                rest = rest.dropFirst()
            }
            let digits = Self.digits(&rest)
            if !digits.isEmpty { json.append(contentsOf: exponent + digits) }
        }
        guard rest.isEmpty else { return nil }
        isStrict = json.elementsEqual(word)
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        while let byte = rest.first, byte.isDigit || byte == UInt8(ascii: "_") && !digits.isEmpty {
            if byte.isDigit { digits.append(byte) }
            rest = rest.dropFirst()
        }
        return digits
    }
}
