public import CodecCompression

/// Where a map lies, and the hash that it must have: `location` or `location#sha256:<hex>`.
public struct MapReference: Sendable, Equatable {
    public var location: String
    public var hash: ContentHash?

    /// - Throws: `invalidField` when `#sha256:` is followed by anything but 64 lowercase hex digits.
    public init(_ text: String) throws(MapError) {
        location = text
        guard let mark = text.lastIndex(of: "#"), text[mark...].hasPrefix("#sha256:") else { return }
        let fragment = String(text[mark...].dropFirst())
        guard let hash = ContentHash(fragment) else {
            throw MapError(
                .invalidField, field: "#\(fragment)", "must be sha256: and 64 lowercase hex digits")
        }
        location = String(text[..<mark])
        self.hash = hash
    }
}
