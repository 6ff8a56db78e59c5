/// Hangul syllables: their decomposition and composition by arithmetic (Unicode 16.0 §3.12).
enum Hangul {
    private static let syllables: UInt32 = 0xAC00
    private static let leads: UInt32 = 0x1100
    private static let vowels: UInt32 = 0x1161
    /// One before the first trailing consonant.
    private static let tails: UInt32 = 0x11A7
    private static let leadCount: UInt32 = 19
    private static let vowelCount: UInt32 = 21
    private static let tailCount: UInt32 = 28
    private static let syllableCount = leadCount * vowelCount * tailCount

    /// The vowels and trailing consonants, which a syllable before them takes in.
    static let trailing = [Range(vowels...0x1175), Range(0x11A8...0x11C2)].joined()

    @inline(__always)
    static func decomposition(of scalar: UInt32) -> (first: UInt32, second: UInt32)? {
        guard scalar >= syllables, scalar < syllables + syllableCount else { return nil }
        let index = scalar - syllables
        let tail = index % tailCount
        if tail > 0 { return (scalar - tail, tails + tail) }
        return (leads + index / (vowelCount * tailCount), vowels + index / tailCount % vowelCount)
    }

    @inline(__always)
    static func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
        if first >= leads, first < leads + leadCount, second >= vowels, second < vowels + vowelCount {
            return syllables + ((first - leads) * vowelCount + second - vowels) * tailCount
        }
        guard first >= syllables, first < syllables + syllableCount, (first - syllables) % tailCount == 0,
            second > tails, second < tails + tailCount
        else { return nil }
        return first + second - tails
    }
}
