internal import CodecMaps

/// A response as it is kept.
struct StoredResponse: Sendable, Equatable {
    let id: String
    /// Seconds since 1970.
    let created: Int
    /// The name of the key with which it was made; nil where the server had none.
    var owner: String?
    /// What the upstream could not be told as the client said it.
    var degradations: [String] = []
    /// The response object: JSON.
    var document: [UInt8]
    /// The items of its request, each with an id: a JSON array.
    var input: [UInt8]
    /// The items of the conversation before them: a JSON array.
    var history: [UInt8]
    /// The events that told it, where they can be asked for again.
    var events: [UInt8]?

    /// What it counts towards the store's limit.
    var byteCount: Int { document.count + input.count + history.count + (events?.count ?? 0) }

    /// The conversation up to and with this response, as items.
    func conversation() throws(JSONError) -> [JSONValue] {
        try Self.items(history) + inputItems() + (Self.parse(document)["output"]?.array ?? [])
    }

    /// The items of its request.
    func inputItems() throws(JSONError) -> [JSONValue] { try Self.items(input) }

    private static func items(_ json: [UInt8]) throws(JSONError) -> [JSONValue] {
        try parse(json).array ?? []
    }

    private static func parse(_ json: [UInt8]) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: json, limit: .max)
    }
}
