/// What the tables know of one id, in eight bytes so that one load fetches it.
struct TokenEntry {
    /// Where the token's text starts.
    let offset: UInt32
    /// The text's length in bytes in the high 24 bits, the traits in the low eight.
    private var packed: UInt32

    static let maximumLength = 1 << 24 - 1

    init(offset: Int = 0, length: Int = 0, traits: Vocabulary.Traits = []) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        packed = UInt32(truncatingIfNeeded: length) << 8 | UInt32(traits.rawValue)
    }

    var length: Int { Int(packed >> 8) }
    var traits: Vocabulary.Traits { Vocabulary.Traits(rawValue: UInt8(truncatingIfNeeded: packed)) }

    mutating func insert(_ trait: Vocabulary.Traits) { packed |= UInt32(trait.rawValue) }
}
