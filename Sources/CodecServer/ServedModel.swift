internal import CodecCore
internal import CodecEngines
internal import CodecMaps

/// A model as the routes use it: its engine, and what is made of its map once.
struct ServedModel: Sendable {
    let engine: any TokenEngine
    let name: String
    let tokenizer: Tokenizer
    let document: MapDocument

    init(_ engine: any TokenEngine) {
        self.engine = engine
        name = engine.model.name
        tokenizer = engine.map.tokenizer
        document = MapDocument(engine.map)
    }

    var map: TokenizerMap { document.map }

    /// - Throws: 400 naming the first id that the model's vocabulary has not, and where it stands.
    func checkIDs(_ ids: [TokenID], field: String) throws(APIError) {
        guard let index = ids.firstIndex(where: { !map.vocabulary.contains($0) }) else { return }
        throw .invalidRequest(
            "'\(field)[\(index)]' is \(ids[index]), which is no id of the model's vocabulary.", param: field,
            code: "unknown_token_id")
    }
}
