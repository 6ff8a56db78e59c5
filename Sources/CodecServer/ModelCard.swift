internal import CodecGateway
internal import CodecMaps

/// A model as `GET /v1/models` shows it.
struct ModelCard: Sendable {
    var name: String
    /// Seconds since 1970.
    var created: Int
    /// Tokens that prompt and answer share; nil where nobody tells.
    var contextLength: Int?
    /// Of its vocabulary, where it is known.
    var map: ListedModel.Map?

    /// One, or all that upstreams list where clients may use any name.
    static func cards(of model: ServedModel) async -> [ModelCard] {
        let own = model.tokens.map { ListedModel.Map(id: $0.map.id, hash: $0.map.hash) }
        guard let route = model.route, own == nil else {
            return [
                ModelCard(
                    name: model.name, created: model.created, contextLength: model.contextLength, map: own)
            ]
        }
        return await route.listed().map {
            ModelCard(name: $0.name, created: model.created, contextLength: $0.contextLength, map: $0.map)
        }
    }
}
