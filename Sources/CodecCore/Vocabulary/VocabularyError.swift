/// Why a vocabulary cannot be compiled: which field of its document, and what is wrong there.
public struct VocabularyError: Error, Equatable, Sendable {
    public var field: String
    public var reason: String

    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }

    public static func == (a: VocabularyError, b: VocabularyError) -> Bool {
        a.field.utf8.elementsEqual(b.field.utf8) && a.reason.utf8.elementsEqual(b.reason.utf8)
    }
}
