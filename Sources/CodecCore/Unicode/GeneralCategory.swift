/// A code point's general category (Unicode 16.0), with the White_Space control characters apart.
///
/// The raw value is a bit number below 32, so that a set of categories is one `UInt32`.
enum GeneralCategory {
    /// The control characters that are White_Space: U+0009 to U+000D and U+0085.
    static let whiteSpaceControl: UInt8 = 30
    private static let privateUse: UInt8 = 28
    private static let unassigned: UInt8 = 29

    private static let names: StaticString =
        "LuLlLtLmLoMnMcMeNdNlNoPcPdPsPePiPfPoSmScSkSoZsZlZpCcCfCsCoCn"

    private static let planeLimit = 0x40000
    private static let tagsStart = 0xE0000
    private static let tagsCount = 0x200

    /// The categories of U+0000 to U+3FFFF, then of U+E0000 to U+E01FF; made once, never freed.
    nonisolated(unsafe) private static let table: UnsafePointer<UInt8> = {
        let capacity = planeLimit + tagsCount
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        table.initialize(repeating: unassigned, count: capacity)
        var filled = 0
        var numbers = LetteredNumbers(runs)
        while let (letter, length) = numbers.next() {
            let category = letter >= 0x41 ? letter - 0x41 : letter - 0x30 + 26
            let count = min(length, capacity - filled)
            (table + filled).update(repeating: category, count: count)
            filled += count
        }
        return UnsafePointer(table)
    }()

    /// The categories of U+0000 to U+FFFF, for those who read many.
    static var basic: UnsafePointer<UInt8> { table }

    /// The category of a scalar value; any value is allowed.
    @inline(__always)
    static func of(_ scalar: UInt32) -> UInt8 {
        let scalar = Int(scalar)
        if scalar < planeLimit { return table[scalar] }
        if scalar >= tagsStart, scalar < tagsStart + tagsCount {
            return table[planeLimit + scalar - tagsStart]
        }
        return scalar >= 0xF0000 && scalar & 0xFFFF < 0xFFFE ? privateUse : unassigned
    }

    /// The categories that a name such as `L`, `Lu` or `Z` stands for; nil for an unknown name.
    static func mask(named name: some Sequence<UInt8>) -> UInt32? {
        var letters: (UInt8, UInt8?) = (0, nil)
        var count = 0
        for byte in name {
            if count == 0 { letters.0 = byte } else { letters.1 = byte }
            count += 1
        }
        guard count == 1 || count == 2 else { return nil }
        var mask: UInt32 = 0
        let data = names.utf8Start
        for category in 0..<names.utf8CodeUnitCount / 2 {
            if data[2 * category] == letters.0, letters.1 == nil || data[2 * category + 1] == letters.1 {
                mask |= 1 << UInt32(category)
            }
        }
        // The controls that are white space have a number of their own, but belong to Cc.
        if mask & 1 << 25 != 0 { mask |= 1 << UInt32(whiteSpaceControl) }
        return mask == 0 ? nil : mask
    }

    /// White_Space: the separators (Zs, Zl, Zp) and six control characters.
    static let whiteSpace: UInt32 = 1 << 22 | 1 << 23 | 1 << 24 | 1 << UInt32(whiteSpaceControl)
}
