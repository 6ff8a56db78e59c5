/// A version of the protocol (spec §4). A minor version only adds.
public struct CodecVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var major: UInt16
    public var minor: UInt16

    public init(major: UInt16, minor: UInt16) {
        self.major = major
        self.minor = minor
    }

    /// Reads the value of `Codec-Client-Version`: two decimal numbers and a point between them, as in `0.4`.
    /// Nil for anything else, a leading zero or sign or white space too.
    public init?(_ text: String) {
        guard let point = text.utf8.firstIndex(of: 0x2E),
            let major = Self.number(text.utf8[..<point]),
            let minor = Self.number(text.utf8[text.utf8.index(after: point)...])
        else { return nil }
        self.init(major: major, minor: minor)
    }

    private static func number(_ digits: Substring.UTF8View) -> UInt16? {
        guard let first = digits.first, digits.count <= 5, first != 0x30 || digits.count == 1 else {
            return nil
        }
        var value: UInt32 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value &* 10 &+ UInt32(digit &- 0x30)
        }
        return UInt16(exactly: value)
    }

    /// Text streams and dictionaries; what a client that does not say speaks.
    public static let v0_2 = CodecVersion(major: 0, minor: 2)
    /// Latents.
    public static let v0_3 = CodecVersion(major: 0, minor: 3)
    /// Safety policies, version signalling.
    public static let v0_4 = CodecVersion(major: 0, minor: 4)
    /// Delta frames, discoverable dictionaries.
    public static let v0_5 = CodecVersion(major: 0, minor: 5)
    /// What this library speaks.
    public static let current = v0_5

    public static func < (a: CodecVersion, b: CodecVersion) -> Bool {
        a.major == b.major ? a.minor < b.minor : a.major < b.major
    }

    public var description: String { String(major) + "." + String(minor) }
}
