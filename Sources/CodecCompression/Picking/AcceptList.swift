/// A header that lists what a client takes, with weights (RFC 9110 §12.4.2): `gzip;q=0.5, identity`.
public struct AcceptList: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        /// In lower case; parameters other than the weight are left out.
        public var name: String
        /// 0 (refused) to 1000.
        public var weight: Int
    }

    public let entries: [Entry]

    /// Reads a header's value; a malformed weight counts as 0, an empty member is skipped.
    public init(_ value: String) {
        entries = value.split(separator: ",").compactMap { member in
            let parts = member.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
            guard let name = parts.first, !name.isEmpty else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") || $0.hasPrefix("Q=") }
            return Entry(name: name.lowercased(), weight: weight.map { Self.weight($0.dropFirst(2)) } ?? 1000)
        }
    }

    /// The weight of a name that is listed.
    public func weight(of name: String) -> Int? {
        entries.last { $0.name == name }?.weight
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// `0`, `0.5`, `1.000`: thousandths.
    private static func weight(_ text: Substring) -> Int {
        var digits = text.utf8
        guard let first = digits.popFirst(), first == 0x30 || first == 0x31 else { return 0 }
        let whole = first == 0x31 ? 1000 : 0
        guard let point = digits.popFirst() else { return whole }
        guard point == 0x2E, digits.count <= 3 else { return 0 }
        var fraction = 0
        var unit = 100
        for digit in digits {
            guard 0x30...0x39 ~= digit else { return 0 }
            fraction += Int(digit - 0x30) * unit
            unit /= 10
        }
        return min(1000, whole + fraction)
    }
}
