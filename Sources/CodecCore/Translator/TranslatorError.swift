/// Why ids are not translated, or a translator cannot be made.
public enum TranslatorError: Error, Sendable, Equatable {
    /// The source vocabulary has no such id. `index`: where it is in the ids of the call.
    case unknownID(TokenID, index: Int)
    /// A special token that stands for none of the target's, where such are refused.
    case specialToken(TokenID, index: Int)
    /// A special token is to be translated, and the source vocabulary has no such special token.
    case unknownSource(TokenID)
    /// A special token is to become this id, which the target vocabulary has not.
    case unknownTarget(TokenID)
}

extension TranslatorError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownID(let id, let index):
            "id " + decimal(id) + " at index " + decimal(index) + " is not in the source vocabulary"
        case .specialToken(let id, let index):
            "special token " + decimal(id) + " at index " + decimal(index)
                + " stands for none of the target's"
        case .unknownSource(let id): "id " + decimal(id) + " is no special token of the source vocabulary"
        case .unknownTarget(let id): "id " + decimal(id) + " is not in the target vocabulary"
        }
    }
}
