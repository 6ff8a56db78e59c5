internal import CodecAPI
package import CodecCompression
internal import CodecMaps

/// A model as an upstream's `GET /v1/models` tells it.
package struct ListedModel: Sendable, Equatable {
    /// The map of a Codec server's model.
    package struct Map: Sendable, Hashable {
        package var id: String
        package var hash: ContentHash

        package init(id: String, hash: ContentHash) {
            self.id = id
            self.hash = hash
        }
    }

    package var name: String
    /// Tokens that prompt and answer share.
    package var contextLength: Int?
    package var map: Map?

    package init(name: String, contextLength: Int? = nil, map: Map? = nil) {
        self.name = name
        self.contextLength = contextLength
        self.map = map
    }

    /// More than any server has; the rest of a longer list is left out.
    private static let most = 4096
    private static let nameBytes = 512

    /// The models of a list's document; nil for what is none.
    static func list(_ document: [UInt8]) -> [ListedModel]? {
        (try? JSONValue(parsing: document))?["data"]?.array.map { data in
            data.prefix(most).compactMap(ListedModel.init)
        }
    }

    private init?(_ json: JSONValue) {
        guard let name = json["id"]?.string, 1...Self.nameBytes ~= name.utf8.count else { return nil }
        self.name = name
        contextLength = (json["context_length"] ?? json["max_model_len"] ?? json["max_input_tokens"])?.count
        if let map = json["tokenizer_map"], let id = map["id"]?.string,
            let hash = map["hash"]?.string.flatMap({ ContentHash($0) })
        {
            self.map = Map(id: id, hash: hash)
        }
    }
}
