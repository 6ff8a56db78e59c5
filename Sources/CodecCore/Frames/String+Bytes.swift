// `String`'s own comparison and hashing need Unicode tables that Embedded Swift has not, and would call different
// bytes equal.
extension String {
    /// Whether both are the same UTF-8.
    @inlinable
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    @inlinable
    func hashBytes(into hasher: inout Hasher) {
        for byte in utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }
}

extension String? {
    @inlinable
    func hasSameBytes(as other: String?) -> Bool {
        switch (self, other) {
        case (let a?, let b?): a.hasSameBytes(as: b)
        case (nil, nil): true
        default: false
        }
    }
}
