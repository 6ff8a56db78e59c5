internal import CodecAPI
public import CodecEngines
internal import CodecGateway
internal import CodecMaps
internal import Synchronization

/// The models that a server offers, by name. They may be exchanged while it runs: requests that have begun keep theirs.
public final class ModelRegistry: Sendable {
    private struct Table {
        var byName: [String: ServedModel] = [:]
        /// In the order in which they were given, without aliases.
        var models: [ServedModel] = []

        init(_ models: [ServedModel]) {
            for model in models where byName[model.name] == nil {
                byName[model.name] = model
                self.models.append(model)
            }
            for model in self.models {
                for alias in model.aliases where byName[alias] == nil { byName[alias] = model }
            }
        }
    }

    private let table: Mutex<Table>

    /// - Parameters:
    ///   - engine: the default model's engine.
    ///   - assets: what makes the default model's answers small.
    ///   - others: more; an engine whose model has a name that is taken already is left out.
    public convenience init(
        _ engine: any TokenEngine, assets: WireAssets = .init(),
        others: [(engine: any TokenEngine, assets: WireAssets)] = []
    ) {
        self.init(
            ([(engine: engine, assets: assets)] + others).map { ServedModel($0.engine, assets: $0.assets) })
    }

    /// - Parameter models: the first one is what a request gets that names none. Of two with one name the first counts.
    init(_ models: [ServedModel]) { table = Mutex(Table(models)) }

    /// Offers other models from now on.
    func replace(with models: [ServedModel]) {
        let new = Table(models)
        table.withLock { $0 = new }
    }

    /// The models in the order they were given.
    var all: [ServedModel] { table.withLock { $0.models } }

    /// The models that the caller may use, by names that can be asked for.
    var listed: [ServedModel] {
        all.filter { !$0.hasAnyName && (Caller.current?.mayUse(model: $0.name) ?? true) }
    }

    /// - Throws: 404 in the form that OpenAI's clients know; 403 for a model that the caller may not use.
    func model(named name: String?) throws(APIError) -> ServedModel {
        let model = table.withLock { table in
            if let name {
                table.byName[name] ?? table.byName[GatewayConfiguration.Model.anyName]
            } else {
                table.models.first
            }
        }
        guard let model else { throw .unknownModel(name ?? "") }
        let shown = model.shownName(name)
        guard Caller.current?.mayUse(model: shown) ?? true else { throw APIError(CallerRefusal.model(shown)) }
        return model
    }

    /// The models' maps, each once.
    var maps: [TokenizerMap] {
        var seen: Set<String> = []
        return all.compactMap { $0.tokens?.map }.filter { seen.insert($0.id).inserted }
    }
}
