internal import CodecAPI
public import CodecEngines
internal import CodecMaps

/// The models that a server offers, by name.
public struct ModelRegistry: Sendable {
    private let byName: [String: ServedModel]
    private let order: [String]
    /// What a request gets that names no model.
    let defaultModel: ServedModel

    /// - Parameters:
    ///   - engine: the default model's engine.
    ///   - assets: what makes the default model's answers small.
    ///   - others: more; an engine whose model has a name that is taken already is left out.
    public init(
        _ engine: any TokenEngine, assets: WireAssets = .init(),
        others: [(engine: any TokenEngine, assets: WireAssets)] = []
    ) {
        var byName: [String: ServedModel] = [:]
        var order: [String] = []
        let first = ServedModel(engine, assets: assets)
        for model in [first] + others.map(ServedModel.init) where byName[model.name] == nil {
            byName[model.name] = model
            order.append(model.name)
        }
        self.byName = byName
        self.order = order
        defaultModel = first
    }

    /// The models in the order they were given.
    var all: [ServedModel] { order.compactMap { byName[$0] } }

    /// - Throws: 404 in the form that OpenAI's clients know.
    func model(named name: String?) throws(APIError) -> ServedModel {
        guard let name else { return defaultModel }
        guard let model = byName[name] else { throw .unknownModel(name) }
        return model
    }

    /// The models' maps, each once.
    var maps: [TokenizerMap] {
        var seen: Set<String> = []
        return all.map(\.map).filter { seen.insert($0.id).inserted }
    }
}
