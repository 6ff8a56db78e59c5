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

    /// The models that the caller may use, by names that can be asked for; upstreams are asked for theirs.
    func listed() async -> [ModelCard] {
        var names: Set<String> = []
        return await cards().filter {
            names.insert($0.name).inserted && (Caller.current?.mayUse(model: $0.name) ?? true)
        }
    }

    private func cards() async -> [ModelCard] {
        await withTaskGroup(of: (Int, [ModelCard]).self) { tasks in
            let models = all
            var cards = models.map { _ in [ModelCard]() }
            for (index, model) in models.enumerated() {
                tasks.addTask { (index, await ModelCard.cards(of: model)) }
            }
            for await (index, some) in tasks { cards[index] = some }
            return cards.flatMap(\.self)
        }
    }

    /// - Throws: 404 in the form that OpenAI's clients know; 403 for a model that the caller may not use.
    func model(named name: String?) async throws(APIError) -> ServedModel {
        let found = table.withLock { table in
            if let name {
                table.byName[name] ?? table.byName[GatewayConfiguration.Model.anyName]
            } else {
                table.models.first
            }
        }
        guard let found else { throw .unknownModel(name ?? "") }
        let model: ServedModel
        do throws(EngineError) {
            model = try await found.asked(as: name)
        } catch {
            throw APIError(error)
        }
        guard Caller.current?.mayUse(model: model.shownName) ?? true else {
            throw APIError(CallerRefusal.model(model.shownName))
        }
        return model
    }

    /// The maps that are here, each once.
    var maps: [TokenizerMap] {
        var seen: Set<String> = []
        return all.compactMap { $0.tokens?.map }.filter { seen.insert($0.id).inserted }
    }

    /// The maps that are here, and those that upstreams publish.
    func listedMaps() async -> [ListedModel.Map] {
        var seen: Set<String> = []
        return await cards().compactMap(\.map).filter { seen.insert($0.id).inserted }
    }

    /// A map that an upstream publishes; nil where none has one of this id.
    /// - Throws: why the upstream does not give it.
    func publishedMap(id: String) async throws(EngineError) -> TokenizerMap? {
        for route in all.compactMap(\.route) {
            if let map = try await route.map(id: id) { return map }
        }
        return nil
    }
}
