/// Why ids or bytes are not a rank table.
public enum RankTableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// More bytes than `RankTable.maximumBytes`.
    case tooLarge(bytes: Int)
    /// The bytes are no count and as many varints: what is wrong, and at which byte.
    case malformed(FrameError)
    /// An id above `RankTable.maximumID`.
    case idTooLarge(TokenID, rank: Int)
    case duplicateID(TokenID, rank: Int)

    public var description: String {
        switch self {
        case .tooLarge(let bytes):
            "the rank table has " + String(bytes) + " bytes; the limit is " + String(RankTable.maximumBytes)
        case .malformed(let error): "not a rank table: " + error.description
        case .idTooLarge(let id, let rank):
            "the id " + String(id) + " at rank " + String(rank) + " is above the limit of "
                + String(RankTable.maximumID)
        case .duplicateID(let id, let rank):
            "the id " + String(id) + " at rank " + String(rank) + " stands in the table before"
        }
    }
}
