import CodecCore
import CodecMaps

extension JSONPullParser {
    /// Reads a document that is a string: its UTF-8 bytes.
    mutating func stringDocument() throws -> [UInt8] {
        guard try next() == .string else { throw Failure("not a JSON string") }
        var utf8: [UInt8] = []
        appendString(to: &utf8)
        _ = try next()
        return utf8
    }

    /// Reads a document that is an array of ids.
    mutating func idsDocument() throws -> [TokenID] {
        let ids = try idArray(try next())
        _ = try next()
        return ids
    }

    /// Reads an array of ids, whose first token was read.
    mutating func idArray(_ token: Token) throws -> [TokenID] {
        guard token == .beginArray else { throw Failure("not a JSON array of ids") }
        var ids: [TokenID] = []
        while true {
            switch try next() {
            case .endArray: return ids
            case .number:
                guard let id = integer.flatMap(TokenID.init(exactly:)) else {
                    throw Failure("\(number) is not an id (0 to 4294967295)")
                }
                ids.append(id)
            default: throw Failure("not a JSON array of ids")
            }
        }
    }
}
