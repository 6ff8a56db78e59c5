/// A compiled vocabulary: immutable, shared by tokenizers, detokenizers and watchers.
public final class Vocabulary: Sendable {
    /// One more than the largest id.
    public let idLimit: Int

    /// Compiles a document.
    /// - Throws: `VocabularyError` naming the field that cannot be right.
    public init(_ definition: borrowing VocabularyDefinition) throws(VocabularyError) {
        idLimit = 0
    }

    /// The id of a special token by its name.
    public func specialID(named name: String) -> TokenID? { nil }

    /// Whether the id is that of a token (special ones included).
    public func contains(_ id: TokenID) -> Bool { false }

    public func isSpecial(_ id: TokenID) -> Bool { false }
}
