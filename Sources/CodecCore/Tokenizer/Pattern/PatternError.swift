/// Why a split pattern cannot be used: never a wrong split, always the construct's name and place.
public struct PatternError: Error, Equatable, Sendable {
    /// What is not supported or not well formed.
    public var reason: String
    /// The byte of the pattern where it stands.
    public var offset: Int

    public init(_ reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    public static func == (a: PatternError, b: PatternError) -> Bool {
        a.offset == b.offset && a.reason.utf8.elementsEqual(b.reason.utf8)
    }
}
