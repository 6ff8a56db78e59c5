internal import CodecAPI
internal import CodecMaps
internal import Hummingbird
internal import HummingbirdCore

/// A page of a list of items, as OpenAI's lists are read: `limit`, `order`, `after`.
struct ItemPage {
    let json: JSONValue

    /// - Throws: 400 that names the parameter.
    init(of items: [JSONValue], _ query: FlatDictionary<Substring, Substring>) throws(APIError) {
        let limit = query["limit"].map { Int($0) ?? 0 } ?? 20
        guard 1...100 ~= limit else {
            throw .invalidRequest("'limit' must be a whole number from 1 to 100.", param: "limit")
        }
        var rest: ArraySlice<JSONValue>
        switch query["order"] {
        case nil, "desc": rest = items.reversed()[...]
        case "asc": rest = items[...]
        default: throw .invalidRequest("'order' must be asc or desc.", param: "order")
        }
        if let after = query["after"] {
            guard let index = rest.firstIndex(where: { $0["id"]?.string == String(after) }) else {
                throw .invalidRequest("'after' names no item of this response.", param: "after")
            }
            rest = rest[(index + 1)...]
        }
        let page = Array(rest.prefix(limit))
        json = [
            "object": "list", "data": .array(page), "first_id": page.first?["id"] ?? .null,
            "last_id": page.last?["id"] ?? .null, "has_more": .bool(rest.count > limit),
        ]
    }
}
